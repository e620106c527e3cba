import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { Command } from "commander";
import type { ClientConfig } from "pg";
import { Failure, messageOf } from "../std/failure.ts";
import type { Plan } from "../plan/plan.ts";
import { findPlan } from "../ship/find-plan.ts";
import { shipChange } from "../ship/ship-change.ts";
import { readPlan } from "./read-plan.ts";
import { addExecutorFlags, readExecutorFlags, readTarget, type ExecutorFlags } from "./ship-flags.ts";
import { runShipCommand } from "./ship-run.ts";

/** Plans migrations where they are to be shipped. `old` and `new` are paths of workload files. */
export type MakePlan = (
  migrations: readonly string[],
  options: { old: readonly string[]; new: readonly string[]; connection: ClientConfig },
) => Promise<Plan>;

interface Flags extends ExecutorFlags {
  old?: string[];
  new?: string[];
  to?: string;
  plan?: string;
}

/** `interlock ship`: carry a change out on a database, phase by phase. Without `makePlan` it takes plan files only. */
export function shipCommand({ makePlan }: { makePlan?: MakePlan } = {}): Command {
  const command = new Command("ship")
    .description("Carry a change out on a database, phase by phase, while the application goes on.")
    .argument("[migration...]", "the migration files of the change")
    .option("--old <workload...>", "workload files of the app versions that run now")
    .option("--new <workload...>", "workload files of the app versions that the change is for")
    .option("--plan <file>", "ship this plan, as `interlock plan --json` wrote it")
    .option(
      "--to <expand|contract>",
      "how far: expand is where both versions work; contract, the default, is all of it",
    )
    .addHelpText(
      "after",
      `
What was begun before is gone on with. Before the contract phase it waits until no session of an old
version is left (application_name), and it stops there when they stay.

Example:
  interlock ship migrations/0042_status.sql --database postgres://owner@localhost/payments \\
    --old workloads/payments@2.2.0.json --new workloads/payments@2.3.0.json --to expand

Exit codes: 0 shipped as far as asked; 1 blocked; 2 failed.
`,
    );
  return addExecutorFlags(command).action(async (migrations: string[], flags: Flags) => {
    const to = readTarget(flags.to);
    const options = { ...readExecutorFlags(flags), ...(to === undefined ? {} : { to }) };
    await runShipCommand(flags, async (observed) => {
      const plan = await planOf(migrations, { flags, makePlan, connection: options.connection });
      return shipChange({ ...options, plan, ...observed });
    });
  });
}

async function planOf(
  migrations: readonly string[],
  { flags, makePlan, connection }: { flags: Flags; makePlan: MakePlan | undefined; connection: ClientConfig },
): Promise<Plan> {
  if (flags.plan !== undefined) return readPlan(flags.plan);
  if (migrations.length === 0) throw nothingToShip();
  const sha256 = await Promise.all(migrations.map(checksum));
  const begun = await findPlan({ connection, sha256 });
  if (begun !== undefined) return begun;
  if (makePlan === undefined) throw nothingToShip();
  return makePlan(migrations, { old: flags.old ?? [], new: flags.new ?? [], connection });
}

async function checksum(path: string): Promise<string> {
  try {
    return createHash("sha256")
      .update(await readFile(path))
      .digest("hex");
  } catch (error) {
    throw new Failure({
      code: "migration-not-readable",
      message: `The migration ${path} can't be read.`,
      why: messageOf(error),
      state: "Nothing was changed.",
      next: "Give the path of an SQL file.",
      cause: error,
    });
  }
}

function nothingToShip(): Failure {
  return new Failure({
    code: "nothing-to-ship",
    message: "There is nothing to ship.",
    why: "Neither migration files nor --plan are given.",
    state: "Nothing was changed.",
    next: "Give the migration's files with --old and --new, or a plan with --plan FILE.",
  });
}
