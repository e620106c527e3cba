import { Command } from "commander";
import { resumeChange } from "../ship/resume-change.ts";
import {
  addExecutorFlags,
  readExecutorFlags,
  whichChange,
  readTarget,
  type ExecutorFlags,
} from "./ship-flags.ts";
import { runShipCommand } from "./ship-run.ts";

/** `interlock resume`: go on with the unfinished change where the journal says it stands. */
export function resumeCommand(): Command {
  const command = new Command("resume")
    .description("Go on with the unfinished change of a database.")
    .option(
      "--to <expand|contract>",
      "how far: expand is where both versions work (default: as asked for before)",
    )
    .option("--change <id>", "which one, where several are unfinished: `interlock status` shows their ids")
    .addHelpText(
      "after",
      `
Example:
  interlock resume --database postgres://owner@localhost/payments --to contract
`,
    );
  return addExecutorFlags(command).action(async (flags: ExecutorFlags & { to?: string; change?: string }) => {
    const to = readTarget(flags.to);
    const options = {
      ...readExecutorFlags(flags),
      ...(to === undefined ? {} : { to }),
      ...whichChange(flags),
    };
    await runShipCommand(flags, (observed) => resumeChange({ ...options, ...observed }));
  });
}
