import { readFile } from "node:fs/promises";
import { Command, Option } from "commander";
import {
  addedSubscriberSchema,
  importAnswerSchema,
  subscriberListSchema,
  subscriberSchema,
  toldKinds,
  webhookFormats,
} from "../api/subscribers.ts";
import { locales } from "../api/localised.ts";
import { Failure, messageOf } from "../std/failure.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "./server-client.ts";
import { deliveriesCommand } from "./subscriber-deliveries.ts";
import { renderImport, renderSubscriber, renderSubscribers } from "./subscriber-view.ts";

interface AddFlags extends ServerFlags {
  format?: string;
  locale?: string;
  component: string[];
  kind?: string[];
  confirmedBecause?: string;
}

interface ListFlags extends ServerFlags {
  state?: string;
  channel?: string;
  after?: string;
  limit: string;
}

/** `interlock subscriber add|list|remove|import|deliveries`: who is told of incidents and maintenance. */
export function subscriberCommand(): Command {
  return new Command("subscriber")
    .description("Who is told of incidents, maintenance and post-mortems, and what became of telling them.")
    .addCommand(addCommand())
    .addCommand(listCommand())
    .addCommand(removeCommand())
    .addCommand(importCommand())
    .addCommand(deliveriesCommand());
}

function addCommand(): Command {
  const command = new Command("add")
    .description("Add a subscriber; whoever has the address is asked to confirm.")
    .argument("<address>", "an email address, or the URL of a webhook")
    .addOption(new Option("--format <format>", "of a webhook").choices(webhookFormats))
    .addOption(new Option("--locale <locale>", "default: the page's first language").choices(locales))
    .option("--component <key...>", "only these components or groups (default: every one)", [])
    .addOption(new Option("--kind <kind...>", "only these (default: all)").choices(toldKinds))
    .option("--confirmed-because <reason>", "ask nobody: where they agreed")
    .addHelpText(
      "after",
      `
The secret of a webhook's signatures (Standard Webhooks) is printed once.

Example:
  interlock subscriber add ops@merchant.example --locale fr --component payment-api
  interlock subscriber add https://hooks.slack.com/services/… --format slack
`,
    );
  return addServerFlags(command).action(async (address: string, flags: AddFlags) => {
    const client = await openServerClient(flags);
    const { format, locale, component, kind, confirmedBecause } = flags;
    const answer = await client.request("POST", "/subscribers", {
      channel: /^https?:\/\//i.test(address) ? "webhook" : "email",
      address,
      components: component,
      ...(format === undefined ? {} : { format }),
      ...(locale === undefined ? {} : { locale }),
      ...(kind === undefined ? {} : { kinds: kind }),
      ...(confirmedBecause === undefined ? {} : { confirmedBecause }),
    });
    const { secret, ...added } = addedSubscriberSchema.parse(answer);
    if (flags.json) print(JSON.stringify({ ...added, secret }));
    else print([renderSubscriber(added), ...(secret === null ? [] : [`secret: ${secret}`])].join("\n"));
  });
}

function listCommand(): Command {
  const command = new Command("list")
    .description("List subscribers in the order that they came; addresses with most of them left out.")
    .addOption(new Option("--state <state>").choices(["asked", "active", "ended"]))
    .addOption(new Option("--channel <channel>").choices(["email", "webhook"]))
    .option("--after <subscriber>", "the last id of the page before")
    .option("--limit <number>", "at most 1000", "200")
    .addHelpText("after", "\nExample:\n  interlock subscriber list --state active\n");
  return addServerFlags(command).action(async (flags: ListFlags) => {
    const client = await openServerClient(flags);
    const { state, channel, after, limit } = flags;
    const query = new URLSearchParams({
      limit,
      ...(state === undefined ? {} : { state }),
      ...(channel === undefined ? {} : { channel }),
      ...(after === undefined ? {} : { after }),
    });
    const answer = await client.request("GET", `/subscribers?${query.toString()}`);
    const list = subscriberListSchema.parse(answer);
    print(flags.json ? JSON.stringify(list) : renderSubscribers(list));
  });
}

function removeCommand(): Command {
  const command = new Command("remove")
    .description("Remove a subscriber and erase the address.")
    .argument("<subscriber>", "its id, sub_…")
    .addHelpText("after", "\nExample:\n  interlock subscriber remove sub_4x0k9d2m7q1tzc8v\n");
  return addServerFlags(command).action(async (id: string, flags: ServerFlags) => {
    const client = await openServerClient(flags);
    const answer = await client.request("DELETE", `/subscribers/${encodeURIComponent(id)}`);
    const removed = subscriberSchema.parse(answer);
    print(flags.json ? JSON.stringify(removed) : renderSubscriber(removed));
  });
}

function importCommand(): Command {
  const command = new Command("import")
    .description("Add subscribers from a file of comma-separated values.")
    .argument("<file>", "its first line names columns: address, channel, format, locale, components, kinds")
    .option("--confirmed-because <reason>", "ask nobody: where they all agreed")
    .addHelpText(
      "after",
      `
Several components or kinds in one cell are separated by spaces. Whoever is there already stays as they are, so the
same file can be imported again.

Example:
  interlock subscriber import subscribers.csv --confirmed-because 'subscribers of the page before this one'
`,
    );
  return addServerFlags(command).action(
    async (file: string, flags: ServerFlags & { confirmedBecause?: string }) => {
      const client = await openServerClient(flags);
      const csv = await read(file);
      const { confirmedBecause } = flags;
      const body = { csv, ...(confirmedBecause === undefined ? {} : { confirmedBecause }) };
      const answer = importAnswerSchema.parse(await client.request("POST", "/subscribers/import", body));
      print(flags.json ? JSON.stringify(answer) : renderImport(answer));
      if (answer.refused.length > 0) process.exitCode = 2;
    },
  );
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new Failure({
      code: "file-not-readable",
      message: `The file ${file} can't be read.`,
      why: messageOf(error),
      state: "Nothing was changed.",
      next: "Give the path of a file that you may read.",
      cause: error,
    });
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
