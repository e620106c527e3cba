import { Command, Option } from "commander";
import { locales, type Locale } from "../../api/localised.ts";
import type { PostmortemDocument } from "../../api/postmortems.ts";
import { Failure } from "../../std/failure.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";
import { documentOf } from "./document.ts";

interface Flags extends ServerFlags {
  locale: Locale;
  format: "markdown" | "html" | "svg";
  internal: boolean;
  published: boolean;
}

/** `interlock postmortem export`. */
export function exportPostmortemCommand(): Command {
  const command = new Command("export")
    .description("Write a post-mortem to stdout: as Markdown, as a page, or its picture.")
    .argument("<incident>", "INC-12")
    .addOption(
      new Option("--locale <language>", "in which language").choices([...locales]).makeOptionMandatory(),
    )
    .addOption(new Option("--format <format>").choices(["markdown", "html", "svg"]).default("markdown"))
    .option("--internal", "with what only the company may read", false)
    .option("--published", "the edition that is public", false)
    .addHelpText(
      "after",
      "\nExample:\n  interlock postmortem export INC-12 --locale en --format html > INC-12.html\n",
    );
  return addServerFlags(command).action(async (incident: string, flags: Flags) => {
    const client = await openServerClient(flags);
    const document = await documentOf(client, { incident, ...flags });
    process.stdout.write(flags.json ? `${JSON.stringify(document)}\n` : written(document, flags.format));
  });
}

function written(document: PostmortemDocument, format: Flags["format"]): string {
  switch (format) {
    case "markdown":
      return document.markdown;
    case "html":
      return pageOf(document);
    case "svg":
      if (document.picture !== null) return `${document.picture.alone}\n`;
      throw new Failure({
        code: "not-found",
        message: `There are no figures of ${document.reference} to draw.`,
        state: "Nothing was written.",
        next: `Give what your platform counted: interlock postmortem series ${document.reference} FILE`,
      });
    default:
      return format satisfies never;
  }
}

/** A page of its own, for whoever has only a browser. */
function pageOf({ locale, title, sections, picture }: PostmortemDocument): string {
  const shown = textOf(title);
  return `<!doctype html>
<html lang="${locale}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${shown}</title>
<style>${pageCss}${picture?.css ?? ""}</style>
<main>
<h1>${shown}</h1>
${sections.map(({ heading, html }) => `<section tabindex="0">\n<h2>${textOf(heading)}</h2>\n${html}</section>`).join("\n")}
</main>
</html>
`;
}

function textOf(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

const pageCss = `:root{color-scheme:light dark}
body{font:1rem/1.6 system-ui,sans-serif;margin:0;color:light-dark(#1d2733,#e7ecf3);background:light-dark(#fff,#12171e)}
main{max-width:56rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.75rem;line-height:1.25}
h2{font-size:1.15rem;margin:2.25rem 0 .5rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:start;vertical-align:top;padding:.4rem .75rem .4rem 0;border-bottom:1px solid light-dark(#dde3ea,#2b3440)}
section{overflow-x:auto}
figure{margin:0}
figcaption{margin:.5rem 0}
pre{overflow-x:auto;padding:.75rem;background:light-dark(#f3f6f9,#1a212a)}
.outage{display:block;height:auto}
.outage-narrow{display:none}
`;
