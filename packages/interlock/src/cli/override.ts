import { Command } from "commander";
import { overrideListSchema, overrideSchema, type Override } from "../api/overrides.ts";
import { Failure } from "../std/failure.ts";
import { durationFlag } from "./duration-flag.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "./server-client.ts";

interface Flags extends ServerFlags {
  env: string;
  rule?: string[];
  reason?: string;
  for?: number;
  list: boolean;
}

/** `interlock override`: set named rules aside for one change or release, for a while. */
export function overrideCommand(): Command {
  const command = new Command("override")
    .description(
      "Set named rules or incidents aside for one change or release, for a while. Evidence can't be.",
    )
    .argument("[subject]", "change:chg_… or release:app@version")
    .requiredOption("--env <environment>", "where")
    .option("--rule <id...>", "what is set aside: rul_…, or incident:inc_…")
    .option("--reason <text>", "why; it stands in the audit log")
    .option("--for <duration>", "how long, four hours at most (default: 1h)", durationFlag)
    .option("--list", "list the overrides that hold instead", false)
    .addHelpText(
      "after",
      `
Example:
  interlock override change:chg_4x0k9d2m7q1tzc8v --env production --rule rul_0k9d2m7q1tzc8v4x --reason 'it mends INC-7' --for 30m
`,
    );
  return addServerFlags(command).action(async (subject: string | undefined, flags: Flags) => {
    const overrides = await carryOut(subject, flags);
    const text =
      overrides.length === 0 ? "There are no overrides that hold.\n" : overrides.map(render).join("");
    process.stdout.write(flags.json ? `${JSON.stringify({ overrides })}\n` : text);
  });
}

async function carryOut(subject: string | undefined, flags: Flags): Promise<Override[]> {
  const client = await openServerClient(flags);
  const path = `/environments/${encodeURIComponent(flags.env)}/overrides`;
  if (flags.list) return overrideListSchema.parse(await client.request("GET", path)).overrides;
  const { rule: rules, reason } = flags;
  if (subject === undefined || rules === undefined || reason === undefined) {
    throw new Failure({
      code: "usage",
      message: "It is not said what to set aside, for what, and why.",
      state: "Nothing was changed.",
      next: "Give the subject, --rule and --reason; the gate's answer names them.",
    });
  }
  const minutes = flags.for === undefined ? {} : { minutes: Math.ceil(flags.for / 60_000) };
  return [overrideSchema.parse(await client.request("POST", path, { subject, rules, reason, ...minutes }))];
}

function render({ id, environment, subject, rules, reason, madeBy, expiresAt }: Override): string {
  return `${id}  ${subject} in ${environment}: ${rules.join(", ")} set aside by ${madeBy} until ${expiresAt}: ${reason}\n`;
}
