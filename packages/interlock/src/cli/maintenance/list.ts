import { Command } from "commander";
import { maintenanceListSchema } from "../../api/maintenances.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";
import { renderMaintenance } from "./render-maintenance.ts";

/** `interlock maintenance list`. */
export function listMaintenancesCommand(): Command {
  const command = new Command("list")
    .description("List maintenances to come and under way.")
    .requiredOption("--env <environment>", "where")
    .option("--all", "those that are over, too", false)
    .addHelpText("after", "\nExample:\n  interlock maintenance list --env production\n");
  return addServerFlags(command).action(async (flags: ServerFlags & { env: string; all: boolean }) => {
    const client = await openServerClient(flags);
    const path = `/environments/${encodeURIComponent(flags.env)}/maintenances?all=${String(flags.all)}`;
    const answer = maintenanceListSchema.parse(await client.request("GET", path));
    const text =
      answer.maintenances.length === 0
        ? "There is no maintenance.\n"
        : answer.maintenances.map(renderMaintenance).join("");
    process.stdout.write(flags.json ? `${JSON.stringify(answer)}\n` : text);
  });
}
