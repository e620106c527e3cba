import type { CheckReport } from "../check-report.ts";
import { findingPage } from "../finding-page.ts";

/** `interlock-check/1` in one line; every finding says where its page is. */
export function renderJson(report: CheckReport): string {
  const findings = report.findings.map((finding) => ({ ...finding, page: findingPage(finding.code) }));
  return `${JSON.stringify({ ...report, findings })}\n`;
}
