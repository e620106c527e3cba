import type { Command } from "commander";
import { given, listFlag, valueFlag } from "../localised-flag.ts";

/** What a command that says something in public takes. */
export interface SayingFlags {
  phrase?: string[];
  value?: Record<string, string>;
  fr?: string;
  en?: string;
  it?: string;
  notify: boolean;
  incomplete?: string;
}

/** Adds `--phrase`, `--value`, a text for each language, `--no-notify` and `--incomplete`. */
export function addSayingFlags(command: Command): Command {
  return command
    .option(
      "--phrase <key>",
      "a phrase of the catalogue; again for another one (incident phrases lists them)",
      listFlag,
    )
    .option("--value <name=value>", "what a phrase is filled with: version=payments@2.3.1", valueFlag)
    .option("--fr <text>", "text in French, after the phrases")
    .option("--en <text>", "text in English, after the phrases")
    .option("--it <text>", "text in Italian, after the phrases")
    .option("--no-notify", "tell no subscribers")
    .option("--incomplete <reason>", "why it goes out though a language is missing or stale");
}

/** Those flags as the body of a request. */
export function sayingBody(flags: SayingFlags): object {
  const texts = textsOf(flags);
  return {
    notify: flags.notify,
    ...given({ phrases: flags.phrase, values: flags.value, incompleteReason: flags.incomplete }),
    ...(Object.keys(texts).length === 0 ? {} : { texts }),
  };
}

/** The texts that were given. */
export function textsOf({ fr, en, it }: Pick<SayingFlags, "fr" | "en" | "it">): object {
  return given({ fr, en, it });
}
