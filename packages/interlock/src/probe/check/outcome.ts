import type { ErrorKind, Outcome } from "../../api/probes.ts";

/** What one run of a check showed. */
export interface CheckResult {
  outcome: Outcome;
  latencyMs: number;
  errorKind: ErrorKind | null;
  /** Without what is secret. */
  error: string | null;
}

/** Something was not as expected, or could not be asked. */
export class CheckError extends Error {
  readonly kind: ErrorKind;

  constructor(kind: ErrorKind, message: string) {
    super(message);
    this.name = "CheckError";
    this.kind = kind;
  }
}
