import { Option, type Command } from "commander";
import type { NewRule } from "../../api/rules.ts";
import { touchesOf } from "../../evidence/touches-of.ts";
import { backtest, type PastChange } from "../../gate/backtest.ts";
import { printScope } from "../../gate/scope/print-scope.ts";
import { parseScope } from "../../gate/scope/parse-scope.ts";
import { migrationsOf, readMigrationFiles, type MigrationFile } from "../../migration/read.ts";
import { Failure } from "../../std/failure.ts";
import { renderBacktest } from "../render-rule.ts";
import { addRuleFlags } from "../rule.ts";
import { ruleSettings, type RuleFlags } from "../rule-settings.ts";

export interface RuleBacktestFlags extends RuleFlags {
  scope: string;
  kind: Exclude<NewRule["kind"], "freeze" | "approval">;
  env: string;
  app?: string;
  caused?: string[];
  json: boolean;
}

/** The flags of a backtest of a rule. */
export function addRuleBacktestFlags(command: Command): Command {
  return addRuleFlags(
    command
      .option("--scope <words>", "what the rule is for: kind=… table=… app=… env=…")
      .addOption(new Option("--kind <kind>", "of rule").choices(["block", "size-limit"]).default("block"))
      .option("--env <environment>", "where they went", "production")
      .option("--app <app>", "whose they are")
      .option(
        "--caused <file...>",
        "those that are known to have caused an incident, by the end of their paths",
      ),
  );
}

/** Which migrations of a directory a rule would have stopped, without a server. */
export async function backtestRule(paths: readonly string[], flags: RuleBacktestFlags): Promise<void> {
  const files = await readMigrationFiles(paths);
  const past = files.map((file, at) => pastChange(file, { at, flags }));
  for (const name of flags.caused ?? []) checkCaused(name, files);
  const tested = backtest(
    {
      kind: flags.kind,
      scope: printScope(parseScope(flags.scope)),
      settings: flags.kind === "block" ? {} : ruleSettings(flags.kind, flags, new Date()),
    },
    past,
  );
  process.stdout.write(flags.json ? `${JSON.stringify(tested)}\n` : `${renderBacktest(tested).join("\n")}\n`);
}

function pastChange(
  file: MigrationFile,
  { at, flags }: { at: number; flags: RuleBacktestFlags },
): PastChange {
  const { env, app, caused = [] } = flags;
  return {
    change: file.path,
    title: "",
    author: "",
    appVersion: app === undefined ? null : `${app}@${String(at + 1)}`,
    touches: touchesOf(migrationsOf([file])),
    createdAt: new Date(0).toISOString(),
    causedIncident: caused.some((name) => file.path.endsWith(name)) ? "caused an incident" : null,
    environments: [env],
    // Files alone say neither how they went nor in which order they may: it could be any.
    order: null,
    wasShipped: false,
    approvals: [],
  };
}

function checkCaused(name: string, files: readonly MigrationFile[]): void {
  if (files.some(({ path }) => path.endsWith(name))) return;
  throw new Failure({
    code: "usage",
    message: `No migration is called ${name}.`,
    state: "Nothing was changed.",
    next: "Give the end of the path of one that is there.",
  });
}
