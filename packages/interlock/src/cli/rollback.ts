import { Command } from "commander";
import { rollbackChange } from "../ship/rollback-change.ts";
import { addExecutorFlags, readExecutorFlags, whichChange, type ExecutorFlags } from "./ship-flags.ts";
import { runShipCommand } from "./ship-run.ts";

/** `interlock rollback`: take the unfinished change of a database back. */
export function rollbackCommand(): Command {
  const command = new Command("rollback")
    .description("Take the unfinished change of a database back; no write of either version is lost.")
    .option("--accept-loss", "go on although values that only the new version can see are lost")
    .option("--change <id>", "which one, where several are unfinished: `interlock status` shows their ids")
    .addHelpText(
      "after",
      `
It waits until the new version has gone, which needs what is taken away. Once the contract phase has
dropped something, there is no way back but another change. Rows that only the new version can see
are counted first: where there are any, it stops and says so, unless --accept-loss is given or was
given when the change was begun.

Example:
  interlock rollback --database postgres://owner@localhost/payments
`,
    );
  return addExecutorFlags(command).action(async (flags: ExecutorFlags & { change?: string }) => {
    const options = { ...readExecutorFlags(flags), ...whichChange(flags) };
    await runShipCommand(flags, (observed) => rollbackChange({ ...options, ...observed }));
  });
}
