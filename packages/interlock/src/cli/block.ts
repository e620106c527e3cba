import { Command } from "commander";
import { ruleListSchema, ruleSchema } from "../api/rules.ts";
import { Failure } from "../std/failure.ts";
import { durationFlag, momentFlag } from "./duration-flag.ts";
import { renderBacktest, renderRule } from "./render-rule.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "./server-client.ts";

interface AddFlags extends ServerFlags {
  scope: string;
  reason: string;
  until?: string;
  for?: number;
  incident?: string;
}

/** `interlock block add|list|lift`: temporary prohibitions. */
export function blockCommand(): Command {
  return new Command("block")
    .description("Hold changes and releases back for a while, by what they do and where to.")
    .addCommand(addCommand())
    .addCommand(listRulesCommand("block"))
    .addCommand(liftRuleCommand("block"));
}

function addCommand(): Command {
  const command = new Command("add")
    .description("Add a block. It is in force at once; what it would have stopped in the past is shown.")
    .requiredOption(
      "--scope <words>",
      "what it holds back: kind=… table=… app=… env=… order=… to=…, all of which must hold",
    )
    .requiredOption("--reason <text>", "why")
    .option("--until <moment>", "when it ends, 90 days ahead at most", momentFlag)
    .option("--for <duration>", "the same as a duration: 4h, 7d", durationFlag)
    .option("--incident <reference>", "the incident that it comes from")
    .addHelpText(
      "after",
      `
Example:
  interlock block add --scope 'kind=rename-column,drop-column env=production' --reason 'INC-7 is not understood yet' --for 7d

Words of a scope: env, app, table (with or without its schema), kind (of operation; pass-through is what no kind
takes), order (any, schema-first, app-first, split; one that is not known may be any of them) and to (structure: run as
it is, which can leave it half deployed; expand, contract: by its plan). Commas separate values of which any may hold,
!= takes what is none of them, a * at the end stands for anything.
`,
    );
  return addServerFlags(command).action(async (flags: AddFlags) => {
    const client = await openServerClient(flags);
    const { scope, reason, incident } = flags;
    const until = untilOf(flags);
    const answer = await client.request("POST", "/rules", {
      kind: "block",
      scope,
      reason,
      until,
      ...(incident === undefined ? {} : { incident }),
    });
    const rule = ruleSchema.parse(answer);
    const tested = rule.backtest === null ? [] : renderBacktest(rule.backtest);
    process.stdout.write(
      flags.json
        ? `${JSON.stringify(rule)}\n`
        : `${renderRule(rule)}${tested.map((line) => `  ${line}\n`).join("")}`,
    );
  });
}

function untilOf(flags: AddFlags): string {
  if (flags.until !== undefined) return flags.until;
  if (flags.for !== undefined) return new Date(Date.now() + flags.for).toISOString();
  throw new Failure({
    code: "usage",
    message: "A block always ends, and it is not said when.",
    state: "Nothing was changed.",
    next: "Give --for 7d or --until 2026-12-01T08:00:00Z.",
  });
}

/** `list` of blocks, or of every rule. */
export function listRulesCommand(of: "block" | "rule"): Command {
  const command = new Command("list")
    .description(
      of === "block" ? "List the blocks." : "List the rules: blocks, freezes, size limits, approvals.",
    )
    .option("--all", "those that have ended, too", false)
    .addHelpText("after", `\nExample:\n  interlock ${of} list\n`);
  return addServerFlags(command).action(async (flags: ServerFlags & { all: boolean }) => {
    const client = await openServerClient(flags);
    const answer = ruleListSchema.parse(await client.request("GET", `/rules?all=${String(flags.all)}`));
    const rules = answer.rules.filter(({ kind }) => of === "rule" || kind === "block");
    const text = rules.length === 0 ? `There is no ${of} in force.\n` : rules.map(renderRule).join("\n");
    process.stdout.write(flags.json ? `${JSON.stringify({ rules })}\n` : text);
  });
}

/** `lift` of a block, or of any rule. */
export function liftRuleCommand(of: "block" | "rule"): Command {
  const command = new Command("lift")
    .description(
      of === "block" ? "Take a block away before it ends." : "Take a rule away, or a proposal back.",
    )
    .argument("<rule>", "its id, rul_…")
    .requiredOption("--reason <text>", "why")
    .addHelpText(
      "after",
      `\nExample:\n  interlock ${of} lift rul_4x0k9d2m7q1tzc8v --reason 'The cause is mended'\n`,
    );
  return addServerFlags(command).action(async (id: string, flags: ServerFlags & { reason: string }) => {
    const client = await openServerClient(flags);
    const answer = await client.request("POST", `/rules/${encodeURIComponent(id)}/lift`, {
      reason: flags.reason,
    });
    const rule = ruleSchema.parse(answer);
    process.stdout.write(flags.json ? `${JSON.stringify(rule)}\n` : renderRule(rule));
  });
}
