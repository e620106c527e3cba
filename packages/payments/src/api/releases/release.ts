import type { PaymentStatus } from "../../payments/status.ts";

/**
 * What differs between two releases of the Payment API: how they write and read the state of a payment.
 * Everything is SQL that is spliced into the shared statements, with the row of `payments` in scope.
 */
export interface Release {
  version: string;
  /** Columns and values that an insert names for an open payment. */
  created: { columns: string; values: string };
  /** The columns of `payments` to read the state from. */
  stateColumns: readonly string[];
  /** True for a payment that no card has decided yet. */
  isOpen: string;
  /** True for a payment whose card holds the amount, until it is captured or let go. */
  isAuthorized: string;
  /** True for a payment that is paid and not refunded in full. */
  isPaid: string;
  /** Assignments of an update, to follow others: each starts with a comma or is empty. */
  setAuthorized: string;
  setPaid: string;
  setFailed: string;
  setAborted: string;
  /** The assignment when an authorisation is let go, given SQL that is true when the merchant aborted it. */
  setReleased(aborted: string): string;
  /** The assignment after a refund, given SQL that is true when everything has been given back. */
  setRefunded(whole: string): string;
  /** The status of a row that holds `stateColumns`, `failure_code` and `authorized_at`. */
  statusOf(row: StateRow): PaymentStatus;
}

export interface StateRow {
  failure_code: string | null;
  authorized_at: number | null;
  is_paid?: boolean;
  is_refunded?: boolean;
  status?: PaymentStatus;
}
