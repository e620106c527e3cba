import { Command, Option } from "commander";
import { locales } from "../../api/localised.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";
import { documentOf, type DocumentFlags } from "./document.ts";
import { print, readPostmortemOf } from "./print-postmortem.ts";
import { printSource } from "./source.ts";

interface Flags extends ServerFlags, Partial<DocumentFlags> {
  source: boolean;
}

/** `interlock postmortem show`. */
export function showPostmortemCommand(): Command {
  const command = new Command("show")
    .description("Show how far a post-mortem is, or read it in a language.")
    .argument("<incident>", "INC-12")
    .addOption(new Option("--locale <language>", "read it in this language").choices([...locales]))
    .option("--internal", "with what only the company may read", false)
    .option("--published", "the edition that is public", false)
    .option("--source", "the text with its placeholders, as `write --file` takes it", false)
    .addHelpText(
      "after",
      "\nExamples:\n  interlock postmortem show INC-12\n  interlock postmortem show INC-12 --locale fr --source > INC-12.fr.md\n",
    );
  return addServerFlags(command).action(async (incident: string, flags: Flags) => {
    const client = await openServerClient(flags);
    const { locale } = flags;
    if (locale === undefined) {
      print(flags, await readPostmortemOf(client, incident));
      return;
    }
    if (flags.source) {
      const { texts } = await readPostmortemOf(client, incident);
      const sections = texts.find((text) => text.locale === locale)?.sections ?? {};
      process.stdout.write(flags.json ? `${JSON.stringify(sections)}\n` : printSource(sections));
      return;
    }
    const document = await documentOf(client, { incident, ...flags, locale });
    process.stdout.write(flags.json ? `${JSON.stringify(document)}\n` : document.markdown);
  });
}
