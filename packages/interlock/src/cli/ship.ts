import { Command } from "commander";
import { shipChange } from "../ship/ship-change.ts";
import { planInPlace } from "./plan-in-place.ts";
import { readPlan } from "./read-plan.ts";
import { addExecutorFlags, readExecutorFlags, readTarget, type ExecutorFlags } from "./ship-flags.ts";
import { runShipCommand } from "./ship-run.ts";

interface Flags extends ExecutorFlags {
  old?: string[];
  new?: string[];
  to?: string;
  plan?: string;
  baseline?: string[];
  shadow?: string;
}

/** `interlock ship`: carry a change out on a database, phase by phase. */
export function shipCommand(): Command {
  const command = new Command("ship")
    .description("Carry a change out on a database, phase by phase, while the application goes on.")
    .argument("[migration...]", "the migration files of the change")
    .option("--old <workload...>", "workload files of the app versions that run now")
    .option("--new <workload...>", "workload files of the app versions that the change is for")
    .option("--baseline <path...>", "the schema before it (default: what stands before it in its directory)")
    .option("--shadow <url>", "plan on a server of yours (default: the embedded PostgreSQL)")
    .option("--plan <file>", "ship this plan, as `interlock plan --json` wrote it")
    .option(
      "--to <expand|contract>",
      "how far: expand is where both versions work; contract, the default, is all of it",
    )
    .option("--accept-loss", "begin it although a rollback could not bring back all that the plan names")
    .addHelpText(
      "after",
      `
What was begun before is gone on with. Before the contract phase it waits until no session of an old
version is left (application_name), and it stops there when they stay. A change that a rollback
could not take back whole begins with --accept-loss only; \`interlock plan\` says what it is about.

Example:
  interlock ship migrations/0042_status.sql --database postgres://owner@localhost/payments \\
    --old workloads/payments@2.2.0.json --new workloads/payments@2.3.0.json --to expand

Exit codes: 0 shipped as far as asked; 1 blocked; 2 failed.
`,
    );
  return addExecutorFlags(command).action(async (migrations: string[], flags: Flags) => {
    const to = readTarget(flags.to);
    const options = { ...readExecutorFlags(flags), ...(to === undefined ? {} : { to }) };
    const { connection } = options;
    const sources = {
      migrations,
      connection,
      old: flags.old ?? [],
      new: flags.new ?? [],
      ...(flags.baseline === undefined ? {} : { baseline: flags.baseline }),
      ...(flags.shadow === undefined ? {} : { shadow: flags.shadow }),
    };
    await runShipCommand(flags, async (observed) => {
      const plan = flags.plan === undefined ? await planInPlace(sources) : await readPlan(flags.plan);
      return shipChange({ ...options, plan, ...observed });
    });
  });
}
