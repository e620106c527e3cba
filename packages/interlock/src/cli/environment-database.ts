import { text as readAll } from "node:stream/consumers";
import { Command } from "commander";
import { z } from "zod";
import { addedDatabaseSchema, databaseSchema, type Database } from "../api/environments.ts";
import { Failure } from "../std/failure.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "./server-client.ts";

/** `interlock environment database add|list|remove`. */
export function databaseCommand(): Command {
  return new Command("database")
    .description("The databases of an environment.")
    .addCommand(addDatabaseCommand())
    .addCommand(listDatabasesCommand())
    .addCommand(removeDatabaseCommand());
}

interface AddDatabaseFlags extends ServerFlags {
  url?: string;
  urlFromEnv?: string;
  urlStdin: boolean;
  serverVariable?: string;
  canary: boolean;
  connect: boolean;
}

function addDatabaseCommand(): Command {
  const command = new Command("add")
    .description("Add a database. Its URL is kept encrypted; the server connects to it first.")
    .argument("<environment>")
    .argument("<database>", "its name here: main, eu-1")
    .option("--url-from-env <variable>", "take the URL from this variable")
    .option("--url-stdin", "read the URL from standard input", false)
    .option("--url <url>", "the URL; it stays in the shell's history")
    .option("--server-variable <name>", "let the server read it from its own environment, each time")
    .option("--canary", "try changes on it before the others", false)
    .option("--no-connect", "don't connect to it now")
    .addHelpText(
      "after",
      "\nExample:\n  interlock environment database add production main --url-from-env DATABASE_URL\n",
    );
  return addServerFlags(command).action(
    async (environment: string, name: string, flags: AddDatabaseFlags) => {
      const client = await openServerClient(flags);
      const url = await urlOf(flags);
      const added = addedDatabaseSchema.parse(
        await client.request("POST", `${placeOf(environment)}/databases`, {
          name,
          url,
          isCanary: flags.canary,
          connect: flags.connect,
        }),
      );
      for (const warning of added.warnings) process.stderr.write(`warning: ${warning}\n`);
      print(flags.json, { value: added, text: renderDatabase(added) });
    },
  );
}

async function urlOf(flags: AddDatabaseFlags): Promise<string> {
  const { url, urlFromEnv, urlStdin, serverVariable } = flags;
  const given =
    [url, urlFromEnv, serverVariable].filter((one) => one !== undefined).length + (urlStdin ? 1 : 0);
  if (given !== 1) throw urlMissing("Give the URL in exactly one way.");
  if (serverVariable !== undefined) return `env:${serverVariable}`;
  const found =
    url ?? (urlFromEnv === undefined ? (await readAll(process.stdin)).trim() : process.env[urlFromEnv]);
  if (found === undefined || found === "") {
    throw urlMissing(
      urlFromEnv === undefined ? "Standard input is empty." : `There is no variable ${urlFromEnv}.`,
    );
  }
  return found;
}

function urlMissing(why: string): Failure {
  return new Failure({
    code: "url-missing",
    message: "The database's URL is not known.",
    why,
    state: "Nothing was changed.",
    next: "Give one of --url-from-env, --url-stdin, --server-variable and --url.",
  });
}

function listDatabasesCommand(): Command {
  const command = new Command("list")
    .description("List the databases of an environment.")
    .argument("<environment>")
    .addHelpText("after", "\nExample:\n  interlock environment database list production\n");
  return addServerFlags(command).action(async (environment: string, flags: ServerFlags) => {
    const client = await openServerClient(flags);
    const answer = z
      .object({ databases: z.array(databaseSchema) })
      .parse(await client.request("GET", `${placeOf(environment)}/databases`));
    print(flags.json, {
      value: answer,
      text: answer.databases.map(renderDatabase).join("\n") || "There is none.",
    });
  });
}

function removeDatabaseCommand(): Command {
  const command = new Command("remove")
    .description("Take a database out of an environment; the database itself is not touched.")
    .argument("<environment>")
    .argument("<database>")
    .addHelpText("after", "\nExample:\n  interlock environment database remove production eu-1\n");
  return addServerFlags(command).action(async (environment: string, name: string, flags: ServerFlags) => {
    const client = await openServerClient(flags);
    const removed = await client.request(
      "DELETE",
      `${placeOf(environment)}/databases/${encodeURIComponent(name)}`,
    );
    print(flags.json, { value: removed, text: `${name} was taken out of ${environment}` });
  });
}

function renderDatabase({ name, place, isCanary }: Database): string {
  return `${name}  ${place}${isCanary ? "  canary" : ""}`;
}

function print(json: boolean, { value, text }: { value: unknown; text: string }): void {
  process.stdout.write(json ? `${JSON.stringify(value)}\n` : `${text}\n`);
}

function placeOf(environment: string): string {
  return `/environments/${encodeURIComponent(environment)}`;
}
