import { Argument, Command } from "commander";
import { ruleSchema, type NewRule } from "../api/rules.ts";
import { liftRuleCommand, listRulesCommand } from "./block.ts";
import { momentFlag } from "./duration-flag.ts";
import { renderRule } from "./render-rule.ts";
import { ruleSettings, type RuleFlags } from "./rule-settings.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "./server-client.ts";

interface AddFlags extends ServerFlags, RuleFlags {
  scope: string;
  reason: string;
  until?: string;
  incident?: string;
}

/** `interlock rule add|list|accept|lift`: freezes, size limits and required approvals. */
export function ruleCommand(): Command {
  return new Command("rule")
    .description(
      "Freezes, size limits and required approvals: proposed with a backtest, accepted by somebody else.",
    )
    .addCommand(addCommand())
    .addCommand(listRulesCommand("rule"))
    .addCommand(acceptCommand())
    .addCommand(liftRuleCommand("rule"));
}

/** The flags that say what a rule is; also for a backtest of one that is not there. */
export function addRuleFlags(command: Command): Command {
  return command
    .option("--weekly <times>", 'freeze: "fri 16:00 - mon 08:00"')
    .option("--time-zone <zone>", "freeze: whose clock, Europe/Paris")
    .option("--from <moment>", "freeze: once, from", momentFlag)
    .option("--to <moment>", "freeze: once, to", momentFlag)
    .option("--start <local time>", "freeze: DTSTART by the clock of the time zone, 2026-12-24T12:00:00")
    .option("--rrule <rule>", "freeze: RRULE of iCalendar, FREQ=YEARLY")
    .option("--duration <duration>", "freeze: ISO 8601, P2DT16H")
    .option("--statements <number>", "size limit: statements of the migration at most")
    .option("--tables <number>", "size limit: tables at most")
    .option("--operations <number>", "size limit: operations at most")
    .option("--rewrites <number>", "size limit: tables written anew at most")
    .option("--files <number>", "size limit: migration files at most")
    .option("--count <number>", "approval: how many people other than the author")
    .option("--role <role...>", "approval: only from these roles");
}

function addCommand(): Command {
  const command = addRuleFlags(new Command("add"))
    .description("Propose a rule, and show which changes of the past it would have stopped.")
    .addArgument(new Argument("<kind>", "what it is").choices(["freeze", "size-limit", "approval"]))
    .requiredOption("--scope <words>", "what it is for: kind=… table=… app=… env=…")
    .requiredOption("--reason <text>", "why")
    .option("--until <moment>", "when it ends (default: never)", momentFlag)
    .option("--incident <reference>", "the incident that it comes from")
    .addHelpText(
      "after",
      `
Examples:
  interlock rule add freeze --scope env=production --reason 'nobody is there' --weekly "fri 16:00 - mon 08:00" --time-zone Europe/Paris
  interlock rule add size-limit --scope 'env=*' --reason 'smaller deployments' --statements 20 --tables 3
  interlock rule add approval --scope env=production --reason 'four eyes' --count 1 --role releaser admin
`,
    );
  return addServerFlags(command).action(async (kind: Exclude<NewRule["kind"], "block">, flags: AddFlags) => {
    const client = await openServerClient(flags);
    const { scope, reason, until, incident } = flags;
    const answer = await client.request("POST", "/rules", {
      kind,
      scope,
      reason,
      settings: ruleSettings(kind, flags, new Date()),
      ...(until === undefined ? {} : { until }),
      ...(incident === undefined ? {} : { incident }),
    });
    const rule = ruleSchema.parse(answer);
    process.stdout.write(flags.json ? `${JSON.stringify(rule)}\n` : renderRule(rule));
  });
}

function acceptCommand(): Command {
  const command = new Command("accept")
    .description("Bring a proposed rule into force: you have read its backtest, and did not propose it.")
    .argument("<rule>", "its id, rul_…")
    .requiredOption("--backtest <digest>", "of the backtest that you read; interlock rule list shows it")
    .addHelpText("after", "\nExample:\n  interlock rule accept rul_4x0k9d2m7q1tzc8v --backtest 3f9a…\n");
  return addServerFlags(command).action(async (id: string, flags: ServerFlags & { backtest: string }) => {
    const client = await openServerClient(flags);
    const path = `/rules/${encodeURIComponent(id)}/accept`;
    const rule = ruleSchema.parse(await client.request("POST", path, { backtest: flags.backtest }));
    process.stdout.write(flags.json ? `${JSON.stringify(rule)}\n` : renderRule(rule));
  });
}
