/** Permanent names of what a check can find. */
export type FindingCode =
  | "statement-breaks"
  | "write-breaks"
  | "cached-plan-breaks"
  | "result-changes"
  | "broken-at-baseline"
  | "not-exercised"
  | "migration-does-not-apply"
  | "migration-refuses-rows"
  | "blocks-traffic"
  | "rewrites-table"
  | "scans-table"
  | "exceeds-limit"
  | "refused-by-sandbox"
  | "extension-missing"
  | "shadow-version-differs";

/** `error`: deploying as asked hurts. `warning`: it may. `note`: for whoever wants to know. */
export type Severity = "error" | "warning" | "note";

/** One thing that a check found. */
export interface Finding {
  code: FindingCode;
  severity: Severity;
  /** When it shows: while the old version runs on the new structure, or the new version on the old one. */
  when: "after-change" | "before-change" | "always";
  /** `payments@2.2.0`. */
  app?: string;
  /** The name of the statement in its workload. */
  statement?: string;
  /** How often the workload saw the statement. */
  calls?: number;
  /** The change after which it shows, and the line of the statement in it. */
  file?: string;
  line?: number;
  /** The relation that it is about, as displayed. */
  table?: string;
  sqlstate?: string;
  message: string;
  hint?: string;
  /** Whether executing the statement proves it: failed after, succeeded before, same parameters, same rows. */
  proven?: boolean;
}
