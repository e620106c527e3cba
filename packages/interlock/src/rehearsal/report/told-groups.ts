import type { CheckReport } from "./check-report.ts";
import { allGroups, groupFindings, groupTitle, sentence, speaksForItself } from "./group-findings.ts";
import { Fingerprints } from "./fingerprint.ts";
import { headline } from "./headline.ts";
import type { Finding, Severity } from "./finding.ts";
import { nextSteps } from "./next-step.ts";
import { printable } from "./printable.ts";

/** A group of findings as it is told outside of a terminal: at a place of the repository, in a few lines. */
export interface ToldGroup {
  /** A finding's code, or `verdict-unknown`. */
  code: Finding["code"] | typeof unknownCode;
  severity: Severity;
  path: string;
  line: number;
  title: string;
  /** What PostgreSQL says of each statement; empty where the title says it. */
  details: readonly string[];
  hint: string | undefined;
  fingerprint: string;
  findings: readonly Finding[];
}

/**
 * Where a report can only list problems, a verdict that is not known is one: without it an empty list would look
 * as if all were well.
 */
export const unknownCode = "verdict-unknown";
export const unknownTitle = "Whether the change is safe is not known";

/** Whatever is an error or a warning, the worst first. */
export function toldGroups(report: CheckReport, pathOf: (file: string) => string): ToldGroup[] {
  const fingerprints = new Fingerprints();
  const anywhere = pathOf(report.files[0]?.path ?? ".");
  const told = allGroups(groupFindings(report))
    .filter(({ severity }) => severity !== "note")
    .map((group): ToldGroup => {
      const path = group.place === undefined ? anywhere : pathOf(group.place.file);
      return {
        code: group.code,
        severity: group.severity,
        path,
        line: group.place?.line ?? 1,
        title: printable(groupTitle(group)),
        details: speaksForItself(group)
          ? group.waiting.map((name) => `${printable(name)} waits`)
          : group.findings.map(detail),
        hint: group.hint === undefined ? undefined : printable(group.hint),
        fingerprint: fingerprints.of(group, path),
        findings: group.findings,
      };
    });
  if (report.verdict !== "unknown") return told;
  const unknown: ToldGroup = {
    code: unknownCode,
    severity: "error",
    path: anywhere,
    line: 1,
    title: `Unknown: ${printable(headline(report))}`,
    details: report.reasons.map(printable),
    hint: printable(
      nextSteps(report)
        .flatMap(({ say, commands }) => [say, ...commands])
        .join("; "),
    ),
    fingerprint: fingerprints.make([unknownCode, anywhere]),
    findings: [],
  };
  return [unknown, ...told];
}

function detail(finding: Finding): string {
  return printable(
    finding.statement === undefined ? sentence(finding) : `${finding.statement}: ${sentence(finding)}`,
  );
}
