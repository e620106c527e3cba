import type { Statement } from "../../database/statement.ts";
import { listPending } from "../../recovery/statements.ts";
import type { Release } from "../releases/release.ts";
import { findApiKey } from "./access.ts";
import { beginAttempt, failPayment, settlePayment } from "./attempt.ts";
import { abortPayment, updateMetadata } from "./change.ts";
import { insertPayment, insertPaymentOnce } from "./create.ts";
import { answerKey, claimKey, findKey } from "./idempotency.ts";
import { getHostedPayment, getPayment, listPayments } from "./read.ts";
import { failRefund, findRefund, getRefund, listRefunds, reserveRefund, settleRefund } from "./refund.ts";

/** Everything that one release of the Payment API sends to the database. */
export function apiStatements(release: Release) {
  return {
    insertPayment: insertPayment(release),
    insertPaymentOnce: insertPaymentOnce(release),
    getPayment: getPayment(release),
    getHostedPayment: getHostedPayment(release),
    listPayments: listPayments(release),
    beginAttempt: beginAttempt(release),
    settlePayment: settlePayment(release),
    failPayment: failPayment(release),
    abortPayment: abortPayment(release),
    updateMetadata: updateMetadata(release),
    reserveRefund: reserveRefund(release),
    settleRefund: settleRefund(release),
    failRefund,
    getRefund,
    listRefunds,
    findRefund,
    claimKey,
    answerKey,
    findKey,
    findApiKey,
    listPending,
  } satisfies Record<string, Statement>;
}

export type ApiStatements = ReturnType<typeof apiStatements>;
