import type { Finding } from "../../finding.ts";
import { pageUrl } from "../../finding-page.ts";
import { findingKinds } from "../../finding-kinds.ts";
import { speaksForItself, titleParts, type FindingGroup } from "../../group-findings.ts";
import { code, prose } from "./escape-markdown.ts";
import type { Part } from "./bounded.ts";

/** Rows of a table that are seen without unfolding it. */
const mostRows = 8;
/** Names that are listed when it is unfolded. */
const mostFolded = 200;
const marks = { error: "❌", warning: "⚠️", note: "ℹ️" } as const;

/** A group of findings: what, a table of its statements, and what to do. */
export function groupMarkdown(group: FindingGroup): Part {
  const hint = group.hint === undefined ? [] : [`➜ ${hintOf(group)}`];
  const title = `${marks[group.severity]} **${titleOf(group)}** (${pageLink(group.code)})`;
  if (speaksForItself(group)) return { full: [title, ...waiting(group), ...hint].join("\n\n") };
  const shown = group.findings.slice(0, mostRows);
  const rest = group.findings.slice(mostRows);
  const few = [title, table(shown)];
  if (rest.length === 0) return { full: [...few, ...hint].join("\n\n") };
  return {
    full: [...few, folded(`${String(rest.length)} more`, table(rest)), ...hint].join("\n\n"),
    short: [...few, `…and ${String(rest.length)} more.`, ...hint].join("\n\n"),
  };
}

function waiting({ waiting: names }: FindingGroup): string[] {
  if (names.length === 0) return [];
  const shown = names.slice(0, mostRows).map(code).join(", ");
  const rest = names.slice(mostRows);
  if (rest.length === 0) return [`Waiting: ${shown}`];
  const all = rest.slice(0, mostFolded).map(code).join(", ");
  const more = rest.length > mostFolded ? `, and ${String(rest.length - mostFolded)} more` : "";
  return [`Waiting: ${shown}`, folded(`${String(rest.length)} more`, `${all}${more}`)];
}

/** "27 of 79 statements of `payments@2.2.0` stop working". */
function titleOf(group: FindingGroup): string {
  if (speaksForItself(group)) {
    const [first] = group.findings;
    return first?.statement === undefined ? said(first) : `${code(first.statement)}: ${said(first)}`;
  }
  return titleParts(group)
    .map((part) => ("name" in part ? code(part.name) : prose(part.text)))
    .join("");
}

function hintOf({ hint = "", app }: FindingGroup): string {
  if (app === undefined) return prose(hint);
  return hint.split(app).map(prose).join(code(app));
}

/** The link to the page of a finding; where nobody knows its address, how to read it. */
export function pageLink(codeOfFinding: keyof typeof findingKinds | "verdict-unknown"): string {
  const url = pageUrl("findings", codeOfFinding);
  return url === undefined ? `\`interlock explain ${codeOfFinding}\`` : `[${codeOfFinding}](${url})`;
}

/** Statements with what PostgreSQL says of each. */
export function table(findings: readonly Finding[]): string {
  const hasCalls = findings.some(({ calls }) => calls !== undefined);
  return [
    row(["statement", "what happens", ...(hasCalls ? ["calls"] : [])]),
    row(["---", "---", ...(hasCalls ? ["--:"] : [])]),
    ...findings.map((finding) =>
      row([
        code(finding.statement ?? ""),
        said(finding),
        ...(hasCalls ? [finding.calls?.toLocaleString("en") ?? ""] : []),
      ]),
    ),
  ].join("\n");
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** What PostgreSQL says quotes names, so it is code; the sentences of ours are not. */
function said(finding: Finding | undefined): string {
  if (finding === undefined) return "";
  const { sqlstate, message } = finding;
  return sqlstate === undefined ? prose(message) : `${code(sqlstate)} ${code(message)}`;
}

export function folded(summary: string, content: string): string {
  return `<details><summary>${summary}</summary>\n\n${content}\n\n</details>`;
}
