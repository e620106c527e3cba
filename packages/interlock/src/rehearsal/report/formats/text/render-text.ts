import type { CheckReport } from "../../check-report.ts";
import { groupFindings, groupTitle, type FindingGroup, type GroupedFindings } from "../../group-findings.ts";
import { headline, verdictName } from "../../headline.ts";
import { printable } from "../../printable.ts";
import type { FormatContext } from "../format.ts";
import { footer } from "./footer.ts";
import { groupLines, statementLines } from "./group-lines.ts";
import { painter } from "./paint.ts";
import { migrationBlocks } from "./place-lines.ts";
import { isShown, type TextContext } from "./text-context.ts";
import { runningLines } from "../../running.ts";
import { wrap } from "./wrap.ts";

/** The report for people at a terminal: the verdict, what breaks where, what to do. */
export function renderText(
  report: CheckReport,
  { colour, verbose, width, given }: Pick<FormatContext, "colour" | "verbose" | "width" | "given">,
): string {
  const context: TextContext = { report, paint: painter(colour), verbose, width, given };
  const grouped = groupFindings(report);
  const blocks = [
    verdictLines(context),
    reasonLines(context),
    ...migrationBlocks(context, grouped),
    elsewhereBlock(context, grouped),
    beforeBlock(context, grouped),
    runningBlock(context),
    footer(context, shownCodes(context, grouped)),
  ].filter((lines) => lines.length > 0);
  const separator =
    report.verdict === "safe" && blocks.length <= (report.running === undefined ? 2 : 3) ? "\n" : "\n\n";
  return `${blocks.map((lines) => lines.join("\n")).join(separator)}\n`;
}

function verdictLines({ report, paint, width }: TextContext): string[] {
  const { verdict } = report;
  const mark = { safe: "✓", unsafe: "✗", unknown: "?" }[verdict];
  const style = ({ safe: "green", unsafe: "red", unknown: "yellow" } as const)[verdict];
  const label = `${mark} ${verdictName(report)}`;
  const [first = "", ...more] = wrap(`${label}: ${printable(headline(report))}`, width);
  return [`${paint(style, label)}${first.slice(label.length)}`, ...more.map((line) => `  ${line}`)];
}

function reasonLines({ report, width }: TextContext): string[] {
  const room = width === undefined ? undefined : width - 4;
  return report.reasons.flatMap((reason) =>
    wrap(printable(reason), room).map((line, index) => `${index === 0 ? "  - " : "    "}${line}`),
  );
}

/** Where the statements of what runs now come from. */
function runningBlock({ report, width, verbose }: TextContext): string[] {
  const room = width === undefined ? undefined : width - 4;
  return runningLines(report, { verbose }).flatMap((text) =>
    wrap(printable(text), room).map((line, index) => `${index === 0 ? "  " : "    "}${line}`),
  );
}

/** What belongs to no line of a migration. */
function elsewhereBlock(context: TextContext, { elsewhere }: GroupedFindings): string[] {
  const room = context.width === undefined ? undefined : context.width - 2;
  return elsewhere
    .filter((group) => isShown(group, context))
    .flatMap((group) => groupLines(group, context, room).map((line) => `  ${line}`));
}

/** New versions before the change: the other way round where that was not asked for. */
function beforeBlock(context: TextContext, grouped: GroupedFindings): string[] {
  const room = context.width === undefined ? undefined : context.width - 2;
  return beforeGroups(context, grouped).flatMap((group) => {
    if (group.severity !== "note") return groupLines(group, context, room).map((line) => `  ${line}`);
    const title = wrap(`The other way round, ${printable(groupTitle(group))}:`, room);
    return [...title, ...statementLines(group, context, room)].map((line) => `  ${line}`);
  });
}

function beforeGroups({ report, verbose }: TextContext, { before }: GroupedFindings): FindingGroup[] {
  if (verbose) return [...before];
  // Under a safe verdict nobody needs to know why the other order would not do.
  if (report.verdict === "safe") return before.filter(({ severity }) => severity !== "note");
  return before.filter(({ severity, code }) => severity !== "note" || code !== "result-changes");
}

function shownCodes(context: TextContext, grouped: GroupedFindings): string[] {
  const groups = [...grouped.places.flatMap((place) => place.groups), ...grouped.elsewhere].filter((group) =>
    isShown(group, context),
  );
  return [...new Set([...groups, ...beforeGroups(context, grouped)].map(({ code }) => code))];
}
