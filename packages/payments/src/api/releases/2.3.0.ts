import type { Release } from "./release.ts";

/** The state of a payment is one status. */
export const release: Release = {
  version: "2.3.0",
  created: { columns: "status", values: "'created'" },
  stateColumns: ["status"],
  isOpen: "payments.status = 'created'",
  isPaid: "payments.status = 'paid'",
  setPaid: ", status = 'paid'",
  setFailed: ", status = 'failed'",
  setAborted: ", status = 'aborted'",
  setRefunded: (whole) => `, status = case when ${whole} then 'refunded' else 'paid' end`,
  statusOf({ status }) {
    if (status === undefined) throw new Error("a row of 2.3.0 has a status");
    return status;
  },
};
