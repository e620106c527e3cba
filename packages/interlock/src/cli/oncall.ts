import { readFile } from "node:fs/promises";
import { Command, Option } from "commander";
import { locales } from "../api/localised.ts";
import {
  channelSchema,
  responderListSchema,
  responderSchema,
  unitRoles,
  type Responder,
} from "../api/unit.ts";
import { Failure } from "../std/failure.ts";
import { durationFlag } from "./duration-flag.ts";
import { given } from "./localised-flag.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "./server-client.ts";

interface AddFlags extends ServerFlags {
  env: string;
  role: string;
  level?: number;
  email?: string;
  webhookFrom?: string;
  slackFrom?: string;
  locale?: string;
  answerWithin?: number;
}

/** `interlock oncall add|remove|list`: who is called when a unit opens. */
export function oncallCommand(): Command {
  return new Command("oncall")
    .description("Who is called when a unit opens, and who when nobody answers.")
    .addCommand(addCommand())
    .addCommand(removeCommand())
    .addCommand(listCommand());
}

function addCommand(): Command {
  const command = new Command("add")
    .description("Say who is called for a role. The address is kept encrypted and never shown again.")
    .argument("<person>", "who: the owner of their token, so that they can answer with it")
    .requiredOption("--env <environment>", "where")
    .addOption(new Option("--role <role>", "as what").choices(unitRoles).makeOptionMandatory())
    .option("--level <number>", "1 is called at once, the next one when nobody answers (default: 1)", Number)
    .option("--email <address>", "where to, by email")
    .option("--webhook-from <file>", "a file that holds the URL of a hook; - for standard input")
    .option(
      "--slack-from <file>",
      "a file that holds the URL of a Slack-compatible hook; - for standard input",
    )
    .addOption(new Option("--locale <language>", "in which language").choices([...locales]))
    .option("--answer-within <duration>", "how long an answer is waited for (default: 5m)", durationFlag)
    .addHelpText(
      "after",
      "\nExamples:\n  interlock oncall add grace --env production --role lead --email grace@example.com\n  interlock oncall add team --env production --role lead --level 2 --slack-from hook.url\n",
    );
  return addServerFlags(command).action(async (person: string, flags: AddFlags) => {
    const where = await addressOf(flags);
    const client = await openServerClient(flags);
    const { env, role, level, locale, answerWithin } = flags;
    const answer = await client.request("POST", `/environments/${encodeURIComponent(env)}/responders`, {
      person,
      role,
      ...where,
      ...given({
        level,
        locale,
        answerWithinSeconds: answerWithin === undefined ? undefined : answerWithin / 1_000,
      }),
    });
    const responder = responderSchema.parse(answer);
    process.stdout.write(flags.json ? `${JSON.stringify(responder)}\n` : render(responder));
  });
}

/** A hook's URL is a secret: it comes from a file, not from a command line that others can see. */
async function addressOf({
  email,
  webhookFrom,
  slackFrom,
}: AddFlags): Promise<{ channel: string; address: string }> {
  const ways = [
    ...(email === undefined ? [] : [{ channel: channelSchema.enum.email, from: undefined, address: email }]),
    ...(webhookFrom === undefined
      ? []
      : [{ channel: channelSchema.enum.webhook, from: webhookFrom, address: "" }]),
    ...(slackFrom === undefined ? [] : [{ channel: channelSchema.enum.slack, from: slackFrom, address: "" }]),
  ];
  const [way] = ways;
  if (way === undefined || ways.length > 1) {
    throw new Failure({
      code: "input-not-valid",
      message: "Say where to call, in one way.",
      state: "Nothing was changed.",
      next: "Give --email, --webhook-from or --slack-from; add somebody twice for two ways.",
    });
  }
  const { channel, from, address } = way;
  if (from === undefined) return { channel, address };
  return { channel, address: (await readFile(from === "-" ? "/dev/stdin" : from, "utf8")).trim() };
}

function removeCommand(): Command {
  const command = new Command("remove")
    .description("Call somebody no more.")
    .argument("<responder>", "rsp_…; oncall list names them")
    .addHelpText("after", "\nExample:\n  interlock oncall remove rsp_4x0k9d2m7q1tzc8v\n");
  return addServerFlags(command).action(async (id: string, flags: ServerFlags) => {
    const client = await openServerClient(flags);
    const responder = responderSchema.parse(
      await client.request("DELETE", `/responders/${encodeURIComponent(id)}`),
    );
    process.stdout.write(
      flags.json
        ? `${JSON.stringify(responder)}\n`
        : `${responder.person} is called as ${responder.role} no more.\n`,
    );
  });
}

function listCommand(): Command {
  const command = new Command("list")
    .description("List who is called, by role and level.")
    .requiredOption("--env <environment>", "where")
    .addHelpText("after", "\nExample:\n  interlock oncall list --env production\n");
  return addServerFlags(command).action(async (flags: ServerFlags & { env: string }) => {
    const client = await openServerClient(flags);
    const path = `/environments/${encodeURIComponent(flags.env)}/responders`;
    const answer = responderListSchema.parse(await client.request("GET", path));
    const text =
      answer.responders.length === 0 ? "Nobody is called.\n" : answer.responders.map(render).join("");
    process.stdout.write(flags.json ? `${JSON.stringify(answer)}\n` : text);
  });
}

function render({
  id,
  person,
  role,
  level,
  channel,
  address,
  locale,
  answerWithinSeconds,
}: Responder): string {
  return `${id}  ${role} ${String(level)}  ${person}  ${channel} ${address}  ${locale}  answers within ${String(answerWithinSeconds)} s\n`;
}
