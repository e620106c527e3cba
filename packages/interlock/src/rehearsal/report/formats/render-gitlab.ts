import type { CheckReport } from "../check-report.ts";
import { findingPage } from "../finding-page.ts";
import type { Severity } from "../finding.ts";
import { clip } from "../printable.ts";
import { toldGroups } from "../told-groups.ts";
import type { FormatContext } from "./format.ts";

const severities: Readonly<Record<Severity, string>> = { error: "blocker", warning: "major", note: "info" };
/** A merge request shows one line for each. */
const longest = 1_000;

/** GitLab's code quality report. */
export function renderGitlab(report: CheckReport, { pathOf }: Pick<FormatContext, "pathOf">): string {
  const issues = toldGroups(report, pathOf).map(
    ({ code, severity, path, line, title, details, hint, fingerprint }) => ({
      description: clip(
        [
          details.length === 0 ? title : `${title}: ${details.join("; ")}`,
          ...(hint === undefined ? [] : [hint]),
        ].join(" — "),
        longest,
      ),
      check_name: code,
      fingerprint,
      severity: severities[severity],
      location: { path, lines: { begin: line } },
      // Not part of the format, which ignores what it does not know.
      content: { body: `See ${findingPage(code)}` },
    }),
  );
  return `${JSON.stringify(issues, null, 2)}\n`;
}
