import { writeFile } from "node:fs/promises";
import { Command } from "commander";
import { planChange } from "../plan/plan-change.ts";
import { renderPlan } from "../plan/render-plan.ts";
import { readBaseline } from "../migration/baseline/baseline-source.ts";
import { openShadow } from "../shadow/open-shadow.ts";
import { openShadowFor } from "../shadow/open-shadow-for.ts";
import { Failure, messageOf } from "../std/failure.ts";
import { readWorkload } from "../workload/read.ts";
import { addBaselineFlags, majorAsked, type BaselineFlags } from "./check/baseline-flags.ts";
import { printFailure } from "./failure.ts";

interface Flags extends BaselineFlags {
  old: string[];
  new: string[];
  shadow?: string;
  keepShadow?: string | true;
  out?: string;
  json: boolean;
  verbose: boolean;
}

/** A change that no plan makes harmless, or that lacks what only its author knows: the answer is "no", not an error. */
const refusals = new Set(["plan-refused", "cannot-plan", "mapping-missing", "ambiguous-default"]);

/** `interlock plan`: turn migrations into phases under which old and new versions both work, proved on a shadow. */
export function planCommand(): Command {
  return addBaselineFlags(new Command("plan"))
    .description("Split a change into expand, migrate and contract, and prove it before anything runs.")
    .argument("<migration...>", "the migration files or directories that are the change")
    .option("--old <workload...>", "workload files of the versions that run now", [])
    .option("--new <workload...>", "workload files of the versions that come with the change", [])
    .option("--shadow <url>", "prove on a server of yours (default: the embedded PostgreSQL)")
    .option("--keep-shadow [duration]", "keep the embedded PostgreSQL warm for the next run (default: 10m)")
    .option("--out <file>", "also write the plan to a file, for `interlock ship --plan`")
    .option("--json", "print the plan and its proof as JSON", false)
    .option("--verbose", "say of each statement that was not executed why", false)
    .addHelpText("after", help)
    .action(async (migrations: string[], flags: Flags) => {
      try {
        await run(migrations, flags);
      } catch (error) {
        if (!(error instanceof Failure) || !refusals.has(error.code)) throw error;
        printFailure(error);
        process.exitCode = 1;
      }
    });
}

const help = `
Example:
  interlock plan migrations/0042_status.sql --old workloads/payments@2.2.0.json --new workloads/payments@2.3.0.json

Exit codes: 0 planned and proved; 1 refused, with the evidence; 2 the command failed;
3 planned without --old, so that nothing is proved about what runs now.
`;

async function run(migrations: string[], flags: Flags): Promise<void> {
  const [old, fresh] = await Promise.all([
    Promise.all(flags.old.map(readWorkload)),
    Promise.all(flags.new.map(readWorkload)),
  ]);
  const keepMs = flags.keepShadow === undefined ? 0 : readDuration(flags.keepShadow);
  const baseline = flags.baseline === undefined ? undefined : await readBaseline(flags.baseline);
  const shadow =
    flags.shadow === undefined
      ? await openShadowFor({
          postgres: majorAsked(flags),
          target: baseline?.serverVersion,
          keepMs,
          notice: (text) => process.stderr.write(`${text}\n`),
        })
      : await openShadow({ url: flags.shadow });
  try {
    const result = await planChange({
      migrations,
      ...(baseline === undefined ? {} : { baseline: baseline.migrations }),
      old,
      new: fresh,
      shadow,
    });
    const json = `${JSON.stringify({ ...result.plan, proof: result.proof }, null, 2)}\n`;
    if (flags.out !== undefined) await write(flags.out, json);
    process.stdout.write(flags.json ? json : renderPlan(result, { verbose: flags.verbose }));
    // Without the statements that run now nothing was proved about them, and unknown is never go.
    if (flags.old.length === 0) process.exitCode = 3;
  } finally {
    await shadow.close();
  }
}

async function write(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    throw new Failure({
      code: "plan-not-writable",
      message: `The plan can't be written to ${path}.`,
      why: messageOf(error),
      state: "The plan was proved; nothing was changed.",
      next: "Give a path in a directory that exists and that you may write to.",
      cause: error,
    });
  }
}

const unitsMs: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

function readDuration(text: string | true): number {
  if (text === true) return 600_000;
  const [, amount, unit = ""] = /^(\d+)(ms|s|m|h)$/.exec(text) ?? [];
  const factor = unitsMs[unit];
  if (amount !== undefined && factor !== undefined) return Number(amount) * factor;
  throw new Failure({
    code: "duration-not-valid",
    message: `"${text}" is not a duration.`,
    state: "Nothing was run.",
    next: "Write a whole number and a unit: 30s, 10m, 2h.",
  });
}
