import { Command } from "commander";
import { locales } from "../../api/localised.ts";
import { catalogue } from "../../language/phrases/catalogue.ts";
import { previewOf } from "../../language/phrases/preview.ts";

/** `interlock incident phrases`: needs no server. */
export function phrasesCommand(): Command {
  return new Command("phrases")
    .description(
      "List the phrases of the catalogue, each in every language, with examples of what they are filled with.",
    )
    .option("--json", "print them as JSON", false)
    .addHelpText("after", "\nExample:\n  interlock incident phrases\n")
    .action(({ json }: { json: boolean }) => {
      const phrases = [...catalogue].map(([phrase, { values }]) => ({
        phrase,
        values: Object.keys(values),
        previews: Object.fromEntries(locales.map((locale) => [locale, previewOf(phrase, locale)])),
      }));
      process.stdout.write(json ? `${JSON.stringify({ phrases })}\n` : phrases.map(render).join(""));
    });
}

function render({
  phrase,
  values,
  previews,
}: {
  phrase: string;
  values: string[];
  previews: Record<string, string>;
}): string {
  const needs = values.length === 0 ? "" : `  (${values.join(", ")})`;
  return `${phrase}${needs}\n${Object.entries(previews)
    .map(([locale, text]) => `  ${locale}  ${text}\n`)
    .join("")}`;
}
