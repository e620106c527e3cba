// What other packages may use of the check.
export { check, type CheckOptions } from "./check.ts";
export type { CheckReport } from "./report/check-report.ts";
