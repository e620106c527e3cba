import type { Command } from "commander";
import type { CheckOptions } from "../../rehearsal/check.ts";
import { readDuration } from "../ship-flags.ts";

export interface WaitingFlags {
  stats?: string;
  lockBudget: string;
}

/** The flags that say how long live statements may wait, and how large the tables are for which they do. */
export function addWaitingFlags(command: Command): Command {
  return command
    .option(
      "--stats <file>",
      "how large the tables are in production, as interlock stats writes it (default: those of --database)",
    )
    .option(
      "--lock-budget <duration>",
      "how long a live statement may wait while the change is applied",
      "250ms",
    );
}

/** Throws `Failure` "duration-not-valid". */
export function readWaitingFlags({
  stats,
  lockBudget,
}: WaitingFlags): Pick<CheckOptions, "stats" | "lockBudgetMs"> {
  const lockBudgetMs = readDuration(lockBudget, "--lock-budget");
  return { lockBudgetMs, ...(stats === undefined ? {} : { stats }) };
}
