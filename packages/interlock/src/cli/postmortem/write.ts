import { readFile } from "node:fs/promises";
import { Command, Option } from "commander";
import { locales, type Locale } from "../../api/localised.ts";
import { postmortemSchema } from "../../api/postmortems.ts";
import { sectionKeys, type SectionKey, type Sections } from "../../postmortem/sections.ts";
import { Failure, messageOf } from "../../std/failure.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";
import { pathOf, print, readPostmortemOf } from "./print-postmortem.ts";
import { readSource } from "./source.ts";

interface Flags extends ServerFlags {
  locale?: Locale;
  section?: SectionKey;
  text?: string;
  file?: string[];
  correction: boolean;
}

/** `interlock postmortem write`. */
export function writePostmortemCommand(): Command {
  const command = new Command("write")
    .description("Write sections of a post-mortem, in one language or in several that belong together.")
    .argument("<incident>", "INC-12")
    .addOption(new Option("--locale <language>", "of --section and --text").choices([...locales]))
    .addOption(new Option("--section <section>", "which one").choices([...sectionKeys]))
    .option("--text <markdown>", "what it says; {{duration}} and other facts are put in when it is read")
    .option("--file <path...>", "files as `show --source` writes them, one for each language: INC-12.fr.md")
    .option("--correction", "a slip of the pen: no other language becomes stale", false)
    .addHelpText(
      "after",
      `
Examples:
  interlock postmortem write INC-12 --file INC-12.fr.md INC-12.en.md
  interlock postmortem write INC-12 --locale en --section impact --text 'Payments failed for {{duration}}.'
`,
    );
  return addServerFlags(command).action(async (incident: string, flags: Flags) => {
    const texts = await textsOf(flags);
    const client = await openServerClient(flags);
    const { revision } = await readPostmortemOf(client, incident);
    const body = { texts, correction: flags.correction, revision };
    print(flags, postmortemSchema.parse(await client.request("PATCH", pathOf(incident), body)));
  });
}

async function textsOf({ locale, section, text, file }: Flags): Promise<{ [one in Locale]?: Sections }> {
  if (file !== undefined) {
    const read = await Promise.all(
      file.map(async (path) => [localeOf(path), readSource(await readText(path))] as const),
    );
    return Object.fromEntries(read);
  }
  if (locale !== undefined && section !== undefined && text !== undefined) {
    return { [locale]: { [section]: text } };
  }
  throw new Failure({
    code: "usage",
    message: "It is not said what to write.",
    state: "Nothing was written.",
    next: "Give --locale, --section and --text, or --file.",
  });
}

function localeOf(path: string): Locale {
  const found = locales.find((locale) => path.endsWith(`.${locale}.md`));
  if (found !== undefined) return found;
  throw new Failure({
    code: "usage",
    message: `The name of ${path} does not say its language.`,
    state: "Nothing was written.",
    next: `Let it end with ${locales.map((locale) => `.${locale}.md`).join(" or ")}.`,
  });
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new Failure({
      code: "usage",
      message: `The file ${path} can't be read.`,
      why: messageOf(error),
      state: "Nothing was written.",
      next: "Give the path of a file that you may read.",
      cause: error,
    });
  }
}
