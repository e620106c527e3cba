import type { PaymentStatus } from "../../payments/status.ts";
import type { Addresses } from "./addresses.ts";

/**
 * What differs between the releases of the Payment API. Everything is SQL that is spliced into the shared
 * statements, with the row of the table that it is about in scope. First how the state of a payment is kept, then
 * what later releases changed: see changes/.
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
  /** The column of `payments` with what the acquirer has been asked to give back and has not answered yet. */
  refundPending: string;
  /** How the starter of a payment is written, given the parameter that says it or is null. */
  initiator(parameter: string): string;
  refunds: Refunds;
  contacts: Contacts;
  notifications: Notifications;
  cards: Cards;
  addresses: Addresses;
  /** Column and value that the insert of a customer without a language names; each starts with a comma or is empty. */
  unnamedLanguage: { column: string; value: string };
  companyName: {
    /** What it is cut to, in characters. */
    longest: number;
    /** How it is read, of the row of `customers`. */
    read: string;
  };
  /** Where logins are, and the column that says whose they are. */
  logins: { table: string; merchantId: string };
  /** What an insert of a key says of how it is called, given its hash; each starts with a comma or is empty. */
  keyId: { column: string; value(hash: string): string };
  /** The bank account in the row of `merchants`. */
  iban: string;
}

export interface Refunds {
  /** Column and value that an insert names besides the others; each starts with a comma or is empty. */
  origin: { column: string; value: string };
  /** The amount as an expression that the driver reads as a number. */
  amount: string;
  /** The state as a text, whatever type it is kept in. */
  state: string;
  /** How many the row of `payments` has had. */
  count: string;
  /** Assignments of an update of the payment when one succeeds. */
  setCounted: string;
}

/** Who is billed and who is shipped to. */
export interface Contacts {
  /** Columns and values that an insert of a payment names; each ends with a comma or is empty. */
  inserted: { columns: string; values: string };
  /** CTE beside the insert, given the FROM clause that says how often; empty or without WITH and comma. */
  besides(from: string): string;
  /** One of them, of the row of `payments`. */
  read(name: "billing" | "shipping"): string;
}

export interface StateRow {
  failure_code: string | null;
  authorized_at: number | null;
  is_paid?: boolean;
  is_refunded?: boolean;
  status?: PaymentStatus;
}

export interface Notifications {
  /** The word for one that is still to be delivered. */
  waiting: string;
  /** The word for one that could not be delivered. */
  givenUp: string;
  /** The state to write, given $3 as one of these words, or `delivered`, and $4 as the receiver's answer. */
  outcome: string;
  /** The columns that its row is known by. */
  key: readonly string[];
  /** The same, as they are handed to the worker. */
  returned: string;
}

/** Saved cards. */
export interface Cards {
  expMonth: string;
  expYear: string;
  /** What an insert says of the expiry, from the row of `payments`, and the assignments when the card is there. */
  saved: { columns: string; values: string; again: string };
  /** What a card is saved once for: columns of a unique index over those that are not deleted. */
  savedOnce: string;
}
