import type { Statement } from "../../database/statement.ts";
import {
  finishNotification,
  forgetNotifications,
  leaseNotifications,
  postponeNotification,
} from "../../notifications/statements.ts";
import { addCredits, listCreditors } from "../../ledger/statements.ts";
import { listChallenges, listPending } from "../../recovery/statements.ts";
import type { Release } from "../releases/release.ts";
import { findApiKey } from "./access.ts";
import { getAccount } from "./account.ts";
import { beginAttempt, beginSavedAttempt, challengeAttempt, failPayment, findAttempt } from "./attempt.ts";
import { deleteCard, getCard, listCards } from "./card.ts";
import { abortPayment, updateMetadata } from "./change.ts";
import { beginCapture, beginRelease, refuseClosing, settleCapture, settleRelease } from "./closing.ts";
import { insertPayment, insertPaymentForKey, insertPaymentOnce } from "./create.ts";
import {
  deleteCardsLeft,
  deleteCustomer,
  getCustomer,
  insertCustomer,
  insertCustomerWithoutLanguage,
  listCustomers,
  updateCustomer,
} from "./customer.ts";
import { answerKey, claimKey, findKey } from "./idempotency.ts";
import { countLoginAttempt, findLogin, issueKeys } from "./login.ts";
import {
  endForsakenPlan,
  failPart,
  listDueParts,
  listEndedPlansWithOpenPayments,
  listForsakenParts,
  settlePart,
  startPart,
} from "./plan-progress.ts";
import { abortPlan, abortPlanPayments, getPlan, insertPlan, listPlans } from "./plan.ts";
import {
  beginReport,
  claimReport,
  expireReport,
  finishReport,
  getReport,
  insertReport,
  listReports,
  readReportPart,
  writeReportPart,
} from "./report.ts";
import { findChargeableCard, findOwnCustomer } from "./owned.ts";
import { getHostedPayment, getPayment, listPayments } from "./read.ts";
import { failRefund, findRefund, getRefund, listRefunds, reserveRefund, settleRefund } from "./refund.ts";
import {
  authorizePayment,
  authorizePaymentSavingCard,
  settlePayment,
  settlePaymentSavingCard,
} from "./settle.ts";
import { forgetKeys, listExpiredAuthorizations } from "./worker.ts";

/** Everything that one release of the Payment API sends to the database. */
export function apiStatements(release: Release) {
  return {
    addCredits,
    listCreditors,
    insertPayment: insertPayment(release),
    insertPaymentOnce: insertPaymentOnce(release),
    insertPaymentForKey: insertPaymentForKey(release),
    getPayment: getPayment(release),
    getHostedPayment: getHostedPayment(release),
    listPayments: listPayments(release),
    beginAttempt: beginAttempt(release),
    beginSavedAttempt: beginSavedAttempt(release),
    challengeAttempt,
    settlePayment: settlePayment(release),
    settlePaymentSavingCard: settlePaymentSavingCard(release),
    authorizePayment: authorizePayment(release),
    authorizePaymentSavingCard: authorizePaymentSavingCard(release),
    failPayment: failPayment(release),
    findAttempt,
    findChargeableCard,
    findOwnCustomer,
    beginCapture: beginCapture(release),
    beginRelease: beginRelease(release),
    settleCapture: settleCapture(release),
    settleRelease: settleRelease(release),
    refuseClosing,
    abortPayment: abortPayment(release),
    updateMetadata: updateMetadata(release),
    reserveRefund: reserveRefund(release),
    settleRefund: settleRefund(release),
    failRefund: failRefund(release),
    getRefund: getRefund(release),
    listRefunds: listRefunds(release),
    findRefund: findRefund(release),
    claimKey,
    answerKey,
    findKey,
    findApiKey,
    listPending,
    listChallenges,
    listExpiredAuthorizations,
    forgetKeys,
    countLoginAttempt,
    findLogin: findLogin(release),
    issueKeys: issueKeys(release),
    getAccount: getAccount(release),
    insertCustomer: insertCustomer(release),
    insertCustomerWithoutLanguage: insertCustomerWithoutLanguage(release),
    getCustomer: getCustomer(release),
    listCustomers: listCustomers(release),
    updateCustomer: updateCustomer(release),
    deleteCustomer: deleteCustomer(release),
    deleteCardsLeft,
    getCard: getCard(release),
    listCards: listCards(release),
    deleteCard,
    insertPlan: insertPlan(release),
    getPlan,
    listPlans,
    abortPlan,
    abortPlanPayments: abortPlanPayments(release),
    listDueParts,
    startPart: startPart(release),
    listForsakenParts: listForsakenParts(release),
    failPart: failPart(release),
    settlePart,
    endForsakenPlan,
    listEndedPlansWithOpenPayments: listEndedPlansWithOpenPayments(release),
    insertReport,
    getReport,
    listReports,
    readReportPart,
    claimReport,
    beginReport,
    writeReportPart,
    finishReport,
    expireReport,
    leaseNotifications: leaseNotifications(release),
    finishNotification: finishNotification(release),
    postponeNotification: postponeNotification(release),
    forgetNotifications: forgetNotifications(release),
  } satisfies Record<string, Statement>;
}

export type ApiStatements = ReturnType<typeof apiStatements>;
