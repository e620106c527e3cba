import { Command } from "commander";
import { z } from "zod";
import { environmentSchema, environmentStatusSchema } from "../api/environments.ts";
import { databaseCommand } from "./environment-database.ts";
import { durationFlag } from "./duration-flag.ts";
import { renderEnvironment } from "./environment-view.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "./server-client.ts";

/** `interlock environment add|show|list|tools|remove|database`: where versions run. */
export function environmentCommand(): Command {
  return new Command("environment")
    .description("Where versions run: environments, their databases, and what is live on which structure.")
    .addCommand(showCommand())
    .addCommand(listCommand())
    .addCommand(addCommand())
    .addCommand(toolsCommand())
    .addCommand(removeCommand())
    .addCommand(databaseCommand());
}

function print(json: boolean, { value, text }: { value: unknown; text: string }): void {
  process.stdout.write(json ? `${JSON.stringify(value)}\n` : `${text}\n`);
}

function placeOf(environment: string): string {
  return `/environments/${encodeURIComponent(environment)}`;
}

function showCommand(): Command {
  const command = new Command("show")
    .description("Show what is live on which structure, and what does not fit.")
    .argument("<environment>")
    .addHelpText("after", "\nExample:\n  interlock environment show production\n");
  return addServerFlags(command).action(async (name: string, flags: ServerFlags) => {
    const client = await openServerClient(flags);
    const status = environmentStatusSchema.parse(await client.request("GET", placeOf(name)));
    const colour = process.stdout.isTTY === true && process.env["NO_COLOR"] === undefined;
    print(flags.json, { value: status, text: renderEnvironment(status, { colour }) });
  });
}

function listCommand(): Command {
  const command = new Command("list")
    .description("List the environments.")
    .addHelpText("after", "\nExample:\n  interlock environment list\n");
  return addServerFlags(command).action(async (flags: ServerFlags) => {
    const client = await openServerClient(flags);
    const answer = z
      .object({ environments: z.array(environmentSchema) })
      .parse(await client.request("GET", "/environments"));
    const lines = answer.environments.map(
      ({ name, databases }) => `${name}  ${String(databases)} database${databases === 1 ? "" : "s"}`,
    );
    const text = lines.join("\n") || "There is none. Add one: interlock environment add production";
    print(flags.json, { value: answer, text });
  });
}

interface AddFlags extends ServerFlags {
  tool?: string[];
  /** In milliseconds. */
  grace?: number;
}

function addCommand(): Command {
  const command = new Command("add")
    .description("Add an environment; its databases come next.")
    .argument("<environment>", "lower-case letters, digits, hyphens")
    .option(
      "--tool <name...>",
      "sessions that are no app, each whole or up to a * (default: psql, pg_dump and others)",
    )
    .option("--grace <duration>", "a version counts as live this long after its last session", durationFlag)
    .addHelpText("after", "\nExample:\n  interlock environment add production --grace 2m\n");
  return addServerFlags(command).action(async (name: string, flags: AddFlags) => {
    const client = await openServerClient(flags);
    const body = {
      name,
      ...(flags.tool === undefined ? {} : { tools: flags.tool }),
      ...(flags.grace === undefined ? {} : { graceSeconds: Math.round(flags.grace / 1_000) }),
    };
    const added = environmentSchema.parse(await client.request("POST", "/environments", body));
    const next = `next: interlock environment database add ${name} main --url-from-env DATABASE_URL`;
    print(flags.json, { value: added, text: `${added.name} was added\n  ${next}` });
  });
}

function toolsCommand(): Command {
  const command = new Command("tools")
    .description("Show or set which sessions are no app.")
    .argument("<environment>")
    .option("--set <name...>", "each whole, or up to a * at its end")
    .option("--add <name...>", "these besides those that are there")
    .addHelpText("after", "\nExample:\n  interlock environment tools production --add 'metabase*'\n");
  return addServerFlags(command).action(
    async (name: string, flags: ServerFlags & { set?: string[]; add?: string[] }) => {
      const client = await openServerClient(flags);
      const { tools: known } = environmentStatusSchema.parse(await client.request("GET", placeOf(name)));
      const wanted = [...new Set([...(flags.set ?? known), ...(flags.add ?? [])])];
      if (flags.set !== undefined || flags.add !== undefined) {
        await client.request("PUT", `${placeOf(name)}/tools`, { tools: wanted });
      }
      print(flags.json, { value: { tools: wanted }, text: wanted.join("\n") });
    },
  );
}

function removeCommand(): Command {
  const command = new Command("remove")
    .description("Remove an environment that has no databases and no history.")
    .argument("<environment>")
    .addHelpText("after", "\nExample:\n  interlock environment remove staging\n");
  return addServerFlags(command).action(async (name: string, flags: ServerFlags) => {
    const client = await openServerClient(flags);
    const removed = await client.request("DELETE", placeOf(name));
    print(flags.json, { value: removed, text: `${name} was removed` });
  });
}
