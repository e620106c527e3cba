import { release as previous } from "./2.2.0.ts";
import type { Release } from "./release.ts";

/** The state of a payment is one status. */
export const release: Release = {
  ...previous,
  version: "2.3.0",
  created: { columns: "status", values: "'created'" },
  stateColumns: ["status"],
  isOpen: "payments.status = 'created'",
  isAuthorized: "payments.status = 'authorized'",
  isPaid: "payments.status = 'paid'",
  setAuthorized: ", status = 'authorized'",
  setPaid: ", status = 'paid'",
  setFailed: ", status = 'failed'",
  setAborted: ", status = 'aborted'",
  setReleased: (aborted) => `, status = case when ${aborted} then 'aborted' else 'failed' end`,
  setRefunded: (whole) => `, status = case when ${whole} then 'refunded' else 'paid' end`,
  statusOf({ status }) {
    if (status === undefined) throw new Error("a row of 2.3.0 has a status");
    return status;
  },
};
