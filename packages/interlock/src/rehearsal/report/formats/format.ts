import type { CheckReport } from "../check-report.ts";
import type { GivenPaths } from "../next-step.ts";

/** What a format wants to know besides the report. */
export interface FormatContext {
  /** A file of the report as the repository names it: relative to its root, with slashes. */
  pathOf: (file: string) => string;
  /** What the check was given, where the command to go on with can have it again. */
  given?: GivenPaths;
  /** For people at a terminal. */
  colour: boolean;
  /** Columns of the terminal; undefined where nobody looks at one, and then nothing is wrapped. */
  width: number | undefined;
  /** Everything, not the first few. */
  verbose: boolean;
}

/** A way of writing a report. What it returns ends with a line break. */
export type Format = (report: CheckReport, context: FormatContext) => string;
