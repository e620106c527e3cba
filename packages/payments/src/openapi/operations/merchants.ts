import { withIdempotencyKey, withKey, type Operations } from "../operation.ts";

const shown = { 404: "Error", ...withKey } as const;
const listed = { 400: "Error", ...withKey } as const;

export const merchantOperations: Operations = {
  "GET /test": { summary: "Is the API there?", answers: { 200: "Test" } },
  "GET /openapi.json": { summary: "This document", answers: { 200: "Document" } },
  "POST /v1/keys": {
    summary: "New secret keys for whoever logs in; older ones keep working",
    answers: { 201: "Keys", 400: "Error", 401: "Error", 429: "Error" },
  },
  "GET /v1/account": { summary: "Whose key it is", answers: { 200: "Account", ...withKey } },
  "POST /v1/customers": {
    summary: "Creates a customer",
    answers: { 201: "Customer", ...withIdempotencyKey },
  },
  "GET /v1/customers": {
    summary: "Lists customers, latest first",
    answers: { 200: "list of Customer", ...listed },
    paged: true,
  },
  "GET /v1/customers/:id": { summary: "Shows a customer", answers: { 200: "Customer", ...shown } },
  "PATCH /v1/customers/:id": {
    summary: "Changes the members that are named",
    answers: { 200: "Customer", 400: "Error", ...shown },
  },
  "DELETE /v1/customers/:id": {
    summary: "Deletes a customer and their cards",
    answers: { 200: "DeletedCustomer", ...shown },
  },
  "POST /v1/customers/:id/cards": {
    summary: "Not offered: a card is saved when it is used to pay, so that no card number passes here",
    answers: { 405: "Error", ...withKey },
  },
  "GET /v1/customers/:id/cards": {
    summary: "Lists the saved cards of a customer, latest first",
    answers: { 200: "list of Card", 400: "Error", ...shown },
    paged: true,
  },
  "GET /v1/customers/:id/cards/:cardId": {
    summary: "Shows a saved card of a customer",
    answers: { 200: "Card", ...shown },
  },
  "DELETE /v1/customers/:id/cards/:cardId": {
    summary: "Deletes a saved card of a customer: it can't be charged any more",
    answers: { 200: "DeletedCard", ...shown },
  },
  "GET /v1/cards/:cardId": { summary: "Shows a saved card", answers: { 200: "Card", ...shown } },
  "DELETE /v1/cards/:cardId": {
    summary: "Deletes a saved card: it can't be charged any more",
    answers: { 200: "DeletedCard", ...shown },
  },
  "POST /v1/installment_plans": {
    summary: "Creates an installment plan; its first part is paid on the hosted page",
    answers: { 201: "InstallmentPlan", ...withIdempotencyKey },
  },
  "GET /v1/installment_plans": {
    summary: "Lists installment plans, latest first",
    answers: { 200: "list of InstallmentPlan", ...listed },
    paged: true,
  },
  "GET /v1/installment_plans/:id": {
    summary: "Shows an installment plan",
    answers: { 200: "InstallmentPlan", ...shown },
  },
  "PATCH /v1/installment_plans/:id": {
    summary: "Aborts an installment plan",
    answers: { 200: "InstallmentPlan", 400: "Error", 409: "Error", ...shown },
  },
  "POST /v1/accounting_reports": {
    summary: "Has a file made of everything booked from one day to another",
    answers: { 201: "AccountingReport", ...withIdempotencyKey },
  },
  "GET /v1/accounting_reports": {
    summary: "Lists accounting reports, latest first",
    answers: { 200: "list of AccountingReport", ...listed },
    paged: true,
  },
  "GET /v1/accounting_reports/:id": {
    summary: "Shows an accounting report",
    answers: { 200: "AccountingReport", ...shown },
  },
  "GET /accounting_reports/:file": {
    summary:
      "The file of an accounting report, for whoever has its address: booked_at, kind (capture, fee or refund), reference, payment_id, amount (what the merchant is owed more), currency",
    answers: { 200: "text/csv", 404: "Error" },
  },
};
