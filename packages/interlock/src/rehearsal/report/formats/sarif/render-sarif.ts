import type { Log, Result } from "sarif";
import { version } from "../../../../std/version.ts";
import type { CheckReport } from "../../check-report.ts";
import { findingPage } from "../../finding-page.ts";
import { clip } from "../../printable.ts";
import { toldGroups, type ToldGroup } from "../../told-groups.ts";
import type { FormatContext } from "../format.ts";
import { artifactLocation } from "./artifact-location.ts";
import { sarifRules } from "./sarif-rules.ts";

/** Of one run GitHub stores this many results and refuses files with five times as many. */
const mostResults = 5_000;
/** What an alert lists of its statements; `properties` has them all. */
const mostDetails = 20;
const longestMessage = 8_000;

/** SARIF 2.1.0, a result for each line of the migration and kind of finding. */
export function renderSarif(report: CheckReport, { pathOf }: Pick<FormatContext, "pathOf">): string {
  const told = toldGroups(report, pathOf);
  const shown = told.slice(0, mostResults);
  const { rules, indexOf } = sarifRules(shown.map(({ code }) => code));
  const log: Log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "Interlock", semanticVersion: version(), version: version(), rules } },
        automationDetails: { id: "interlock-check/" },
        columnKind: "utf16CodeUnits",
        originalUriBaseIds: { "%SRCROOT%": { description: { text: "The root of the repository." } } },
        invocations: [
          {
            executionSuccessful: report.verdict !== "unknown",
            toolExecutionNotifications: notifications(report, told.length - shown.length),
          },
        ],
        results: shown.map((group) => result(group, indexOf(group.code))),
        properties: { verdict: report.verdict, order: report.order, deploy: report.deploy },
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function result(group: ToldGroup, ruleIndex: number): Result {
  const { code, severity, path, line, title, fingerprint, findings } = group;
  return {
    ruleId: code,
    ruleIndex,
    level: severity,
    message: { text: clip(withoutLinks(messageLines(group).join("\n")), longestMessage) },
    locations: [
      { physicalLocation: { artifactLocation: artifactLocation(path), region: { startLine: line } } },
    ],
    // The first is the one that GitHub tells alerts apart by; it holds no line, so that an alert may move.
    partialFingerprints: { primaryLocationLineHash: fingerprint, "interlockFinding/v1": fingerprint },
    properties: {
      title,
      findings: findings.map(({ app, statement, sqlstate, message, when, calls, proven }) => ({
        app,
        statement,
        sqlstate,
        message,
        when,
        calls,
        proven,
      })),
    },
  };
}

function messageLines({ title, details, hint, code }: ToldGroup): string[] {
  const left = details.length - mostDetails;
  return [
    `${title}.`,
    ...details.slice(0, mostDetails),
    ...(left > 0 ? [`…${String(left)} more`] : []),
    ...(hint === undefined ? [] : [hint]),
    `See ${findingPage(code)}`,
  ];
}

/** `[text](target)` is a link in a message, and what PostgreSQL says must not become one. */
function withoutLinks(text: string): string {
  return text.replaceAll("](", "] (");
}

function notifications(
  report: CheckReport,
  cut: number,
): { level: "error" | "warning"; message: { text: string } }[] {
  return [
    ...report.reasons.map((text) => ({ level: "error" as const, message: { text } })),
    ...(cut === 0
      ? []
      : [{ level: "warning" as const, message: { text: `${String(cut)} results more were left out.` } }]),
  ];
}
