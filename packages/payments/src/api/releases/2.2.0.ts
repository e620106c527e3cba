import type { Release } from "./release.ts";

/** The state of a payment is in two booleans and in failure_code. */
export const release: Release = {
  version: "2.2.0",
  created: { columns: "is_paid, is_refunded", values: "false, false" },
  stateColumns: ["is_paid", "is_refunded"],
  isOpen: "not payments.is_paid and payments.failure_code is null",
  isPaid: "payments.is_paid and not payments.is_refunded",
  setPaid: ", is_paid = true",
  setFailed: "",
  setAborted: "",
  setRefunded: (whole) => `, is_refunded = (${whole})`,
  statusOf({ is_paid: isPaid, is_refunded: isRefunded, failure_code: failureCode }) {
    if (isPaid === undefined || isRefunded === undefined) throw new Error("a row of 2.2.0 has both booleans");
    if (isRefunded) return "refunded";
    if (isPaid) return "paid";
    if (failureCode === null) return "created";
    return failureCode === "aborted" ? "aborted" : "failed";
  },
};
