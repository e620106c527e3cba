import type { Finding } from "../../finding.ts";
import { groupTitle, sentence, speaksForItself, type FindingGroup } from "../../group-findings.ts";
import { printable } from "../../printable.ts";
import type { TextContext } from "./text-context.ts";
import { columns, padToColumns, wrap } from "./wrap.ts";
import { count } from "../../../../std/count.ts";

/** How many statements a group lists without --verbose. */
const mostStatements = 5;

/** A group of findings: what, which statements with what PostgreSQL says, and what to do. */
export function groupLines(group: FindingGroup, context: TextContext, room: number | undefined): string[] {
  const { paint } = context;
  const style = ({ error: "red", warning: "yellow", note: "dim" } as const)[group.severity];
  const label = `${group.severity}[${group.code}]`;
  const title = wrap(`${label} ${printable(groupTitle(group))}${callsOfOne(group)}`, room);
  const painted = title.map((line, index) =>
    index === 0 && line.startsWith(label)
      ? `${paint(style, label)}${paint("bold", line.slice(label.length))}`
      : paint("bold", line),
  );
  return [
    ...painted,
    ...(speaksForItself(group) ? waitingLines(group, context, room) : statementLines(group, context, room)),
    ...hintLines(group, room),
  ];
}

/** Statements under what PostgreSQL says of them, which is often the same for many. */
export function statementLines(
  group: FindingGroup,
  { paint, verbose }: TextContext,
  room: number | undefined,
): string[] {
  const shown = verbose ? group.findings : group.findings.slice(0, mostStatements);
  const inner = room === undefined ? undefined : room - 4;
  const bySentence = Map.groupBy(shown, (finding) => printable(sentence(finding)));
  const width = Math.max(...shown.map(({ statement }) => columns(printable(statement ?? ""))));
  const lines = [...bySentence].flatMap(([said, findings]) => [
    ...wrap(said, inner).map((line, index) => (index === 0 ? `  ${line}` : `    ${line}`)),
    ...(group.findings.length === 1 ? [] : findings).map((finding) =>
      paint("dim", `    ${statementLine(finding, width)}`),
    ),
  ]);
  const left = group.findings.length - shown.length;
  return left === 0 ? lines : [...lines, paint("dim", `    …${String(left)} more: --verbose`)];
}

/** Who waits, in one line or as many as it takes. */
function waitingLines(
  { waiting }: FindingGroup,
  { paint, verbose }: TextContext,
  room: number | undefined,
): string[] {
  if (waiting.length === 0) return [];
  const shown = verbose ? waiting : waiting.slice(0, mostStatements);
  const left = waiting.length - shown.length;
  const names = [...shown.map(printable), ...(left === 0 ? [] : [`…${String(left)} more`])].join(", ");
  return wrap(names, room === undefined ? undefined : room - 4).map((line) => paint("dim", `    ${line}`));
}

function statementLine({ statement, calls }: Finding, width: number): string {
  const name = printable(statement ?? "");
  if (calls === undefined) return name;
  return `${padToColumns(name, width)}  ${count(calls, "call")}`;
}

/** A statement alone stands in the title, and so does how often it is sent. */
function callsOfOne({ findings }: FindingGroup): string {
  const [first] = findings;
  if (findings.length !== 1 || first?.calls === undefined) return "";
  return ` (${count(first.calls, "call")})`;
}

function hintLines({ hint }: FindingGroup, room: number | undefined): string[] {
  if (hint === undefined) return [];
  const inner = room === undefined ? undefined : room - 4;
  return wrap(printable(hint), inner).map((line, index) => `${index === 0 ? "  → " : "    "}${line}`);
}
