import type { CheckReport } from "../../check-report.ts";
import {
  groupTitle,
  speaksForItself,
  type FindingGroup,
  type GroupedFindings,
} from "../../group-findings.ts";
import { runningLines } from "../../running.ts";
import type { Part } from "./bounded.ts";
import { code, prose } from "./escape-markdown.ts";
import { folded, table } from "./group-markdown.ts";

/** Statements that a folded list names. */
const mostRows = 100;

/** Notes are folded, save what was not exercised where that may be why nothing is known. */
export function isOpen({ severity, code: found }: FindingGroup, { verdict }: CheckReport): boolean {
  return severity !== "note" || (verdict === "unknown" && found === "not-exercised");
}

/** For whoever wants to know: the other order, what was not exercised, and how far each version was tried. */
export function foldedParts(report: CheckReport, grouped: GroupedFindings): Part[] {
  const notes = [...grouped.places.flatMap(({ groups }) => groups), ...grouped.elsewhere].filter(
    (group) => !isOpen(group, report) && group.severity === "note",
  );
  const others = grouped.before.filter(({ severity }) => severity === "note");
  return [
    ...others.map((group) => listed(`The other way round: ${groupTitle(group)}`, group)),
    ...notes.filter((group) => !speaksForItself(group)).map((group) => listed(groupTitle(group), group)),
    ...noteList(notes.filter(speaksForItself)),
    ...(report.workloads.length === 0 ? [] : [{ full: folded("What was rehearsed", coverage(report)) }]),
    ...running(report),
  ];
}

function listed(summary: string, { findings }: FindingGroup): Part {
  const rest = findings.length - mostRows;
  const more = rest > 0 ? `\n\n…and ${String(rest)} more.` : "";
  return { full: folded(prose(summary), `${table(findings.slice(0, mostRows))}${more}`) };
}

/** What is about no statement, in one list. */
function noteList(notes: readonly FindingGroup[]): Part[] {
  if (notes.length === 0) return [];
  const lines = notes.slice(0, mostRows).map((group) => `- ${prose(groupTitle(group))}`);
  const rest = notes.length - lines.length;
  const more = rest > 0 ? `\n- …and ${String(rest)} more.` : "";
  const count = `${String(notes.length)} ${notes.length === 1 ? "note" : "notes"}`;
  return [{ full: folded(count, `${lines.join("\n")}${more}`) }];
}

function running(report: CheckReport): Part[] {
  const lines = runningLines(report, { verbose: true });
  if (lines.length === 0) return [];
  return [
    {
      full: folded("What runs now, and how it was read", lines.map((line) => `- ${prose(line)}`).join("\n")),
    },
  ];
}

function coverage({ workloads }: CheckReport): string {
  return [
    "| version | | statements | exercised | broken before | works |",
    "| --- | --- | --: | --: | --: | --- |",
    ...workloads.map(({ app, version, role, statements, exercised, brokenAtBaseline, works }) => {
      const when = role === "old" ? "after the change" : "before the change";
      const counts = [statements, exercised, brokenAtBaseline].map(String);
      return `| ${[code(`${app}@${version}`), when, ...counts, works].join(" | ")} |`;
    }),
  ].join("\n");
}
