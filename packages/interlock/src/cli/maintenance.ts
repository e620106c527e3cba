import { Command } from "commander";
import { extendMaintenanceCommand } from "./maintenance/extend.ts";
import { listMaintenancesCommand } from "./maintenance/list.ts";
import { scheduleMaintenanceCommand } from "./maintenance/schedule.ts";
import { seriesCommand } from "./maintenance/series.ts";
import { stepMaintenanceCommand } from "./maintenance/step.ts";

/** `interlock maintenance …`: work that is announced. */
export function maintenanceCommand(): Command {
  return new Command("maintenance")
    .description(
      "Work that is announced, in every language of the page; it begins and ends by itself at its times.",
    )
    .addCommand(scheduleMaintenanceCommand())
    .addCommand(listMaintenancesCommand())
    .addCommand(stepMaintenanceCommand("start", "Begin a maintenance now."))
    .addCommand(stepMaintenanceCommand("verify", "Say that the work is done and is being verified."))
    .addCommand(stepMaintenanceCommand("complete", "Complete a maintenance: its components work again."))
    .addCommand(stepMaintenanceCommand("cancel", "Cancel a maintenance that has not begun."))
    .addCommand(extendMaintenanceCommand())
    .addCommand(seriesCommand());
}
