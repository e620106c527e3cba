import { withIdempotencyKey, withKey, type Operations } from "../operation.ts";

export const paymentOperations: Operations = {
  "POST /v1/payments": {
    summary: "Creates a payment, or charges a saved card",
    answers: { 201: "Payment", ...withIdempotencyKey },
  },
  "GET /v1/payments": {
    summary: "Lists payments, latest first",
    answers: { 200: "list of Payment", 400: "Error", ...withKey },
    paged: true,
  },
  "GET /v1/payments/:id": {
    summary: "Shows a payment",
    answers: { 200: "Payment", 404: "Error", ...withKey },
  },
  "PATCH /v1/payments/:id": {
    summary: "Aborts or captures a payment, or changes its metadata",
    answers: { 200: "Payment", 400: "Error", 404: "Error", 409: "Error", ...withKey },
  },
  "POST /v1/payments/:id/refunds": {
    summary: "Gives back a payment, or part of it",
    answers: { 201: "Refund", 404: "Error", ...withIdempotencyKey },
  },
  "GET /v1/payments/:id/refunds": {
    summary: "Lists the refunds of a payment, latest first",
    answers: { 200: "list of Refund", 400: "Error", 404: "Error", ...withKey },
    paged: true,
  },
  "GET /v1/payments/:id/refunds/:refundId": {
    summary: "Shows a refund",
    answers: { 200: "Refund", 404: "Error", ...withKey },
  },
  "GET /pay/:id": {
    summary: "The hosted page, for the card holder; as JSON, how the payment stands",
    answers: { 200: "text/html or HostedPayment", 404: "text/html or Error" },
  },
  "POST /pay/:id": {
    summary: "Pays with a card, for the card holder",
    answers: { 200: "CardHolderPayment", 202: "CardHolderPayment", 400: "Error", 404: "Error", 409: "Error" },
  },
  "GET /pay/:id/return": {
    summary: "Where the card holder comes back to from their bank; leads on to the page",
    answers: { 303: "text/html", 404: "Error" },
  },
};
