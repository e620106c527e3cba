import type { CheckReport } from "../../check-report.ts";
import type { FindingGroup } from "../../group-findings.ts";
import type { GivenPaths } from "../../next-step.ts";
import type { Paint } from "./paint.ts";

/** What every part of the text wants to know. */
export interface TextContext {
  report: CheckReport;
  paint: Paint;
  verbose: boolean;
  given: GivenPaths | undefined;
  /** Undefined: as wide as it gets. */
  width: number | undefined;
}

/** Notes are for --verbose, save what was not exercised where that may be why nothing is known. */
export function isShown(
  { severity, code }: FindingGroup,
  { verbose, report }: Pick<TextContext, "verbose" | "report">,
): boolean {
  return verbose || severity !== "note" || (report.verdict === "unknown" && code === "not-exercised");
}
