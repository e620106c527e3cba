import type { Check } from "../check.ts";
import { decisionChecks } from "./decisions.ts";
import { ledgerChecks } from "./ledger.ts";
import { paymentChecks } from "./payments.ts";
import { terminalChecks } from "./terminals.ts";

/** Every way in which our records can differ from the acquirer's and from one another. */
export const checks: readonly Check[] = [
  ...decisionChecks,
  ...ledgerChecks,
  ...paymentChecks,
  ...terminalChecks,
];
