import { Command } from "commander";
import type { Locale, Localised } from "../../api/localised.ts";
import { statusPageSchema } from "../../api/status-page.ts";
import { given, localesFlag, localisedFlag } from "../localised-flag.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";

interface Flags extends ServerFlags {
  env?: string;
  name?: Localised;
  url?: string;
  timeZone?: string;
  locales?: Locale[];
  postmortemLocales?: Locale[];
  responsibility?: string;
}

/** `interlock statuspage set`. */
export function setStatusPageCommand(): Command {
  const command = new Command("set")
    .description("Set up the public page, or change what is given of it.")
    .option("--env <environment>", "which environment it tells of")
    .option(
      "--name <language=text>",
      "what it is called, for each language: en='Example status'",
      localisedFlag,
    )
    .option("--url <url>", "where clients read it")
    .option("--time-zone <zone>", "whose clock it shows (default: Europe/Paris)")
    .option("--locales <list>", "the languages that an update needs (default: fr,en,it)", localesFlag)
    .option(
      "--postmortem-locales <list>",
      "the languages that a post-mortem needs (default: fr,en)",
      localesFlag,
    )
    .option("--responsibility <name>", "who answers for incidents unless one says otherwise")
    .addHelpText(
      "after",
      "\nExample:\n  interlock statuspage set --env production --name fr='État des services' --name en='Service status' --url https://status.example.com --responsibility Example\n",
    );
  return addServerFlags(command).action(async (flags: Flags) => {
    const client = await openServerClient(flags);
    const { env, name, url, timeZone, locales, postmortemLocales, responsibility } = flags;
    const answer = await client.request("PATCH", "/status-page", {
      ...given({ environment: env, names: name, url, timeZone, locales, postmortemLocales, responsibility }),
    });
    const page = statusPageSchema.parse(answer);
    process.stdout.write(
      flags.json
        ? `${JSON.stringify(page)}\n`
        : `${page.url} tells of ${page.environment}, in ${page.locales.join(", ")}, on the clock of ${page.timeZone}.\n`,
    );
  });
}
