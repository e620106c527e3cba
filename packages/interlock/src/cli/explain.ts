import { styleText } from "node:util";
import { Command } from "commander";
import { findingKinds, isFindingCode } from "../rehearsal/report/finding-kinds.ts";
import { pagedKinds } from "../plan/operations/compound.ts";
import { pageUrl } from "../rehearsal/report/finding-page.ts";
import { unknownCode, unknownTitle } from "../rehearsal/report/told-groups.ts";
import { Failure } from "../std/failure.ts";
import { readPage } from "./explained-pages.ts";

/** `interlock explain`: what a finding means and what to do, and what a plan makes of an operation, without a network. */
export function explainCommand(): Command {
  return new Command("explain")
    .description(
      "Print what a finding means and what to do about it, or what a plan makes of an operation; without a name, list all.",
    )
    .argument(
      "[name...]",
      "codes as the check names them, and kinds of operation: statement-breaks, rename-column",
    )
    .addHelpText(
      "after",
      "\nExamples:\n  interlock explain statement-breaks\n  interlock explain rename-column\n",
    )
    .action(async (codes: string[]) => {
      for (const code of codes) refuseUnknown(code);
      const pages = await Promise.all(codes.map(page));
      process.stdout.write(codes.length === 0 ? index() : pages.join("\n"));
    });
}

function isKind(name: string): boolean {
  return pagedKinds.some(({ kind }) => kind === name);
}

function refuseUnknown(name: string): void {
  if (isFindingCode(name) || name === unknownCode || isKind(name)) return;
  throw new Failure({
    code: "finding-not-known",
    message: `No finding and no kind of operation is called "${name}".`,
    state: "Nothing was changed.",
    next: "See all of them with: interlock explain",
  });
}

function index(): string {
  const findings = [
    ...Object.entries(findingKinds).map(([name, { title }]) => [name, title] as const),
    [unknownCode, unknownTitle] as const,
  ];
  const operations = pagedKinds.map(({ kind, title }) => [kind, title] as const);
  const width = Math.max(...[...findings, ...operations].map(([name]) => name.length));
  const listed = (entries: readonly (readonly [string, string])[]): string =>
    entries.map(([name, title]) => `${name.padEnd(width)}  ${title}\n`).join("");
  return `What a check finds:\n${listed(findings)}\nWhat a plan makes of operations:\n${listed(operations)}`;
}

async function page(name: string): Promise<string> {
  const folder = isKind(name) ? "operations" : "findings";
  const text = await readPage(folder, name);
  const url = pageUrl(folder, name);
  return `${painted(text).trimEnd()}\n${url === undefined ? "" : `\n${url}\n`}`;
}

/** Headings stand out at a terminal; the rest of Markdown reads well as it is. */
function painted(text: string): string {
  if (process.stdout.isTTY !== true || (process.env["NO_COLOR"] ?? "") !== "") return text;
  return text.replace(/^#{1,3} .*$/gm, (heading) => styleText("bold", heading));
}
