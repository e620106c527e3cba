import type { CheckReport } from "../../check-report.ts";
import type { Paint } from "./paint.ts";

/** What every part of the text wants to know. */
export interface TextContext {
  report: CheckReport;
  paint: Paint;
  verbose: boolean;
  /** Undefined: as wide as it gets. */
  width: number | undefined;
}
