import { Command } from "commander";
import { Failure } from "../std/failure.ts";
import { addHistoryFlags, backtestHistory, type HistoryFlags } from "./backtest/backtest-history.ts";
import { addRuleBacktestFlags, backtestRule, type RuleBacktestFlags } from "./backtest/backtest-rule.ts";

type Flags = Partial<HistoryFlags> & Partial<RuleBacktestFlags> & { json: boolean };

/** `interlock backtest`: what a check would have said of every step of a history, or which steps a rule would have stopped. */
export function backtestCommand(): Command {
  const command = new Command("backtest")
    .description(
      "Look back over a directory of migrations. With --workloads: rehearse every step of it underneath the versions that ran then. With --scope: see which of them a block or a size limit would have stopped.",
    )
    .argument("<migration...>", "SQL files or directories")
    .option("--json", "print the answer as JSON", false);
  addHistoryFlags(command.optionsGroup("Rehearse a history:"));
  addRuleBacktestFlags(command.optionsGroup("Try a rule:"));
  return command.addHelpText("after", help).action(async (paths: string[], flags: Flags) => {
    const { workloads, releases, scope } = flags;
    const isHistory = workloads !== undefined || releases !== undefined;
    if (isHistory && scope !== undefined)
      throw usage("--workloads rehearses a history, --scope tries a rule: one of them at a time.");
    if (isHistory) return backtestHistory(paths, flags as HistoryFlags);
    if (scope !== undefined) return backtestRule(paths, flags as RuleBacktestFlags);
    throw usage("What is to be looked back for was not said.");
  });
}

function usage(message: string): Failure {
  return new Failure({
    code: "usage",
    message,
    state: "Nothing was run.",
    next: "Give --workloads DIR to rehearse every step of the history, or --scope 'kind=…' to try a rule on it.",
  });
}

const help = `
Examples:
  interlock backtest migrations --workloads workloads
  interlock backtest --scope 'kind=rename-column' --caused 0042_status.sql -- migrations

Which version ran before and after which migration is found by preparing every statement in every state; --releases
says it. Results are kept: a run that was broken off goes on, and the next one only rehearses what is new.
`;
