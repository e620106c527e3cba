import type { CheckReport } from "../../check-report.ts";
import { groupFindings, type Place } from "../../group-findings.ts";
import { headline, verdictName } from "../../headline.ts";
import { nextSteps } from "../../next-step.ts";
import type { FormatContext } from "../format.ts";
import { bounded, type Part } from "./bounded.ts";
import { code, prose } from "./escape-markdown.ts";
import { foldedParts, isOpen } from "./folded-parts.ts";
import { groupMarkdown, pageLink } from "./group-markdown.ts";
import { sqlBlock } from "./sql-block.ts";

/** What GitHub takes in one comment. */
const mostCharacters = 65_536;
/** By it a comment is found again, so that a pull request has one and not one for each push. */
const marker = "<!-- interlock-check -->";

/** A comment for a pull request. */
export function renderMarkdown(
  report: CheckReport,
  { pathOf, given }: Pick<FormatContext, "pathOf" | "given">,
): string {
  const grouped = groupFindings(report);
  const parts: Part[] = [
    { full: `${marker}\n${title(report)}` },
    ...reasons(report),
    ...grouped.places.flatMap((place) => placeParts(place, pathOf)),
    ...grouped.elsewhere.filter((group) => isOpen(group, report)).map(groupMarkdown),
    ...grouped.before.filter(({ severity }) => severity !== "note").map(groupMarkdown),
    ...next(report, given),
    ...foldedParts(report, grouped),
  ];
  return bounded(parts, { most: mostCharacters, last: rehearsedOn(report) });
}

function title(report: CheckReport): string {
  const { verdict, order, deploy } = report;
  const mark = { safe: "✅", unsafe: "⛔", unknown: "❔" }[verdict];
  const orders = order === null ? "order not known" : `order ${order}`;
  return `### ${mark} Interlock: ${verdictName(report)}, ${orders}\n\n${upperFirst(prose(headline(report)))} Asked for: deploy ${deploy}.`;
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function reasons({ verdict, reasons: missing }: CheckReport): Part[] {
  if (missing.length === 0) return [];
  const heading = verdict === "unknown" ? `What is missing (${pageLink("verdict-unknown")}):\n\n` : "";
  return [{ full: `${heading}${missing.map((reason) => `- ${prose(reason)}`).join("\n")}` }];
}

function placeParts({ file, line, sql, groups }: Place, pathOf: (file: string) => string): Part[] {
  const shown = groups.filter(({ severity }) => severity !== "note").map(groupMarkdown);
  const [first, ...more] = shown;
  if (first === undefined) return [];
  const where = `#### ${code(pathOf(file))}${line === undefined ? "" : `, line ${String(line)}`}`;
  const head = [where, ...(sql === undefined || sql === "" ? [] : [sqlBlock(sql)])].join("\n\n");
  return [
    {
      full: `${head}\n\n${first.full}`,
      ...(first.short === undefined ? {} : { short: `${head}\n\n${first.short}` }),
    },
    ...more,
  ];
}

function next(report: CheckReport, given: FormatContext["given"]): Part[] {
  const steps = nextSteps(report, given).map(({ say, commands }) => {
    const block =
      commands.length === 0 ? "" : `:\n\n${sqlBlock(commands.join("\n")).replace("sql\n", "sh\n")}`;
    return `**Next:** ${prose(say)}${block}`;
  });
  return steps.map((full) => ({ full }));
}

function rehearsedOn({ shadow, durationMs }: CheckReport): string {
  return `<sub>Rehearsed on PostgreSQL ${prose(shadow.version)} in ${(durationMs / 1_000).toFixed(1)} s.</sub>`;
}
