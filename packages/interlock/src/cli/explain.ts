import { styleText } from "node:util";
import { Command } from "commander";
import { findingKinds, isFindingCode } from "../rehearsal/report/finding-kinds.ts";
import { findingUrl } from "../rehearsal/report/finding-page.ts";
import { unknownCode, unknownTitle } from "../rehearsal/report/told-groups.ts";
import { Failure } from "../std/failure.ts";
import { readFindingPage } from "./finding-pages.ts";

/** `interlock explain`: what a finding means, why it hurts and what to do, without a network. */
export function explainCommand(): Command {
  return new Command("explain")
    .description("Print what a finding means and what to do about it; without a code, list all codes.")
    .argument("[code...]", "codes as the check names them, such as statement-breaks")
    .addHelpText("after", "\nExample:\n  interlock explain statement-breaks\n")
    .action(async (codes: string[]) => {
      for (const code of codes) refuseUnknown(code);
      const pages = await Promise.all(codes.map(page));
      process.stdout.write(codes.length === 0 ? index() : pages.join("\n"));
    });
}

function refuseUnknown(code: string): void {
  if (isFindingCode(code) || code === unknownCode) return;
  throw new Failure({
    code: "finding-not-known",
    message: `No finding is called "${code}".`,
    state: "Nothing was changed.",
    next: "See all of them with: interlock explain",
  });
}

function index(): string {
  const all = [...Object.entries(findingKinds), [unknownCode, { title: unknownTitle }] as const];
  const width = Math.max(...all.map(([code]) => code.length));
  return all.map(([code, { title }]) => `${code.padEnd(width)}  ${title}\n`).join("");
}

async function page(code: string): Promise<string> {
  const text = await readFindingPage(code);
  const url = findingUrl(code);
  return `${painted(text).trimEnd()}\n${url === undefined ? "" : `\n${url}\n`}`;
}

/** Headings stand out at a terminal; the rest of Markdown reads well as it is. */
function painted(text: string): string {
  if (process.stdout.isTTY !== true || (process.env["NO_COLOR"] ?? "") !== "") return text;
  return text.replace(/^#{1,3} .*$/gm, (heading) => styleText("bold", heading));
}
