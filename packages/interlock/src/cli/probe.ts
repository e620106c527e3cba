import { Command } from "commander";
import { listProbesCommand } from "./probe/list.ts";
import { minutesCommand } from "./probe/minutes.ts";
import { removeProbeCommand } from "./probe/remove.ts";
import { setProbeCommand } from "./probe/set.ts";
import { showProbeCommand } from "./probe/show.ts";
import { tryProbeCommand } from "./probe/try.ts";
import { probeWorkerCommand } from "./probe/work.ts";

/** `interlock probe set|try|list|show|minutes|remove|work`: active checks. */
export function probeCommand(): Command {
  const command = new Command("probe").description(
    "Active checks of a service: HTTP, TCP, PostgreSQL, and business checks in several steps.",
  );
  for (const inner of [
    setProbeCommand(),
    tryProbeCommand(),
    listProbesCommand(),
    showProbeCommand(),
    minutesCommand(),
    removeProbeCommand(),
    probeWorkerCommand(),
  ]) {
    command.addCommand(inner);
  }
  return command;
}
