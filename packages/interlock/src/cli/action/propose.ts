import { Command, Option } from "commander";
import {
  actionKinds,
  actionSchema,
  suggestionListSchema,
  type ActionKind,
  type NewAction,
} from "../../api/actions.ts";
import type { Localised } from "../../api/localised.ts";
import { Failure } from "../../std/failure.ts";
import { durationFlag, momentFlag } from "../duration-flag.ts";
import { localisedFlag } from "../localised-flag.ts";
import { addRuleFlags } from "../rule.ts";
import { ruleSettings, type RuleFlags } from "../rule-settings.ts";
import { addServerFlags, openServerClient, type ServerClient, type ServerFlags } from "../server-client.ts";
import { printAction } from "./render-action.ts";

interface Flags extends ServerFlags, RuleFlags {
  kind?: ActionKind;
  suggested?: string;
  symptom?: Localised;
  text?: Localised;
  owner?: string;
  due?: string;
  internal: boolean;
  rule?: "freeze" | "size-limit" | "approval";
  scope?: string;
  until?: string;
  for?: number;
  causedBy?: string;
}

/** `interlock action propose`. */
export function proposeActionCommand(): Command {
  const command = addRuleFlags(new Command("propose"))
    .description("Propose an action: a task, a block until a moment, or a rule that stays.")
    .argument("<incident>", "INC-12")
    .addOption(new Option("--kind <kind>", "what it is").choices([...actionKinds]))
    .option("--suggested <key>", "one of those that the facts speak for: interlock postmortem show INC-12")
    .option("--symptom <language=text>", "what it answers to, once for each language", localisedFlag)
    .option("--text <language=text>", "what will be done, once for each language", localisedFlag)
    .option("--owner <person>", "who sees to it (default: you)")
    .option("--due <moment>", "until when", momentFlag)
    .option("--internal", "leave it out of the public post-mortem", false)
    .addOption(new Option("--rule <kind>", "of a rule").choices(["freeze", "size-limit", "approval"]))
    .option("--scope <words>", "what it holds back: order=… to=… kind=… table=… app=… env=…")
    .option("--until <moment>", "when a block ends", momentFlag)
    .option("--for <duration>", "the same as a duration: 7d", durationFlag)
    .option("--caused-by <change>", "the change that is known to have caused the incident, chg_…")
    .addHelpText(
      "after",
      `
Examples:
  interlock action propose INC-12 --suggested block-partial
  interlock action propose INC-12 --kind block --scope 'order=split to=structure env=production' --for 14d \\
    --symptom en='Partial deployment' --text en='No structure without its application'
  interlock action propose INC-12 --kind task --due 2027-01-31T17:00:00+01:00 --owner ada \\
    --symptom en='Slow to correct' --text en='Deploy in five minutes'

Nothing is held back before the backtest, which the answer shows, is accepted: interlock action accept.
`,
    );
  return addServerFlags(command).action(async (incident: string, flags: Flags) => {
    const client = await openServerClient(flags);
    const base: Partial<Suggested> =
      flags.suggested === undefined ? {} : await suggestionOf(client, { incident, key: flags.suggested });
    const { owner, due, causedBy, symptom, text } = flags;
    const until =
      flags.until ?? (flags.for === undefined ? undefined : new Date(Date.now() + flags.for).toISOString());
    const rule = ruleOf({ ...flags, until }, base.rule);
    const body = {
      ...base,
      ...(flags.kind === undefined ? {} : { kind: flags.kind }),
      ...(symptom === undefined ? {} : { symptoms: symptom }),
      ...(text === undefined ? {} : { texts: text }),
      ...(owner === undefined ? {} : { owner }),
      ...(due === undefined ? {} : { dueAt: due }),
      ...(causedBy === undefined ? {} : { causedBy }),
      ...(flags.internal ? { isPublic: false } : {}),
      rule,
    };
    const path = `/incidents/${encodeURIComponent(incident)}/actions`;
    printAction(flags, actionSchema.parse(await client.request("POST", path, body)));
  });
}

type Suggested = Pick<NewAction, "kind" | "symptoms" | "texts" | "rule">;

async function suggestionOf(
  client: ServerClient,
  { incident, key }: { incident: string; key: string },
): Promise<Suggested> {
  const path = `/incidents/${encodeURIComponent(incident)}/actions/suggested`;
  const { suggestions } = suggestionListSchema.parse(await client.request("GET", path));
  const found = suggestions.find((one) => one.key === key);
  if (found !== undefined) {
    const { kind, symptoms, texts, rule } = found;
    return { kind, symptoms, texts, ...(rule === null ? {} : { rule }) };
  }
  throw new Failure({
    code: "usage",
    message: `The facts of ${incident} do not speak for ${key}.`,
    state: "Nothing was proposed.",
    next: `Take one of ${suggestions.map((one) => one.key).join(", ") || "your own"}, or say it in your own words.`,
  });
}

function ruleOf(
  flags: Omit<Flags, "until"> & { until: string | undefined },
  base: NewAction["rule"],
): object | undefined {
  const { kind, rule, scope, until } = flags;
  const more = { ...(scope === undefined ? {} : { scope }), ...(until === undefined ? {} : { until }) };
  if (base !== undefined) return { ...base, ...more };
  if (kind === "block") return { kind: "block", ...more };
  if (kind !== "rule" || rule === undefined) return undefined;
  return { kind: rule, settings: ruleSettings(rule, flags, new Date()), ...more };
}
