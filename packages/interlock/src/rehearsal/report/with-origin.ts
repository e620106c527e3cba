import type { BaselineSource } from "../../migration/baseline/baseline-source.ts";
import { majorOf } from "../../shadow/major.ts";
import type { CheckReport } from "./check-report.ts";
import type { Finding } from "./finding.ts";

/** The report, with where its baseline comes from and how far the shadow is from the server that is meant. */
export function withOrigin(
  report: CheckReport,
  {
    baseline: { source, how },
    targetVersion,
  }: { baseline: Pick<BaselineSource, "source" | "how">; targetVersion: string | undefined },
): CheckReport {
  const differs = targetVersion === undefined ? [] : versionFindings(report.shadow.version, targetVersion);
  return {
    ...report,
    findings: [...report.findings, ...differs],
    baseline: { source, how },
    shadow: { ...report.shadow, ...(targetVersion === undefined ? {} : { targetVersion }) },
  };
}

function versionFindings(shadow: string, target: string): Finding[] {
  if (shadow === target) return [];
  const major = majorOf(target);
  const isOther = majorOf(shadow) !== major;
  return [
    {
      code: "shadow-version-differs",
      severity: isOther ? "warning" : "note",
      when: "always",
      message: `it was rehearsed on PostgreSQL ${shadow}, and the server has ${target}`,
      hint: isOther
        ? `Rehearse on the server's version: --postgres ${String(major)}, or --shadow URL of a server that has it.`
        : "They are of one major version: what is checked here is the same in both.",
    },
  ];
}
