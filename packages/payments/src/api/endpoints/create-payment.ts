import { asBytea } from "../../database/bytea.ts";
import { newIdentifier } from "../../payments/identifier.ts";
import type { Answer, Caller } from "../context.ts";
import type { Endpoint } from "../endpoint.ts";
import { readIdempotencyKey, replay } from "../idempotency.ts";
import { renderPayment } from "../render-payment.ts";
import { billing, metadata, shipping, url } from "../schemas.ts";
import type { PaymentRow } from "../statements/payment-row.ts";

interface Body {
  amount: number;
  currency: "EUR";
  description?: string | null;
  metadata?: Record<string, unknown> | null;
  billing?: Record<string, unknown> | null;
  shipping?: Record<string, unknown> | null;
  hosted_payment?: Record<string, unknown> | null;
  notification_url?: string | null;
}

/** POST /v1/payments: a new payment, open until its hosted page is used. 201. */
export const createPayment: Endpoint = {
  method: "POST",
  path: "/v1/payments",
  access: "merchant",
  body: {
    type: "object",
    required: ["amount", "currency"],
    properties: {
      amount: { type: "integer", minimum: 99, maximum: 2_000_000 },
      currency: { const: "EUR" },
      description: { type: ["string", "null"], maxLength: 80 },
      metadata,
      billing,
      shipping,
      hosted_payment: {
        type: ["object", "null"],
        additionalProperties: false,
        properties: { return_url: url, cancel_url: url, sent_by: { type: "null" } },
      },
      notification_url: url,
    },
    additionalProperties: false,
  },
  async handle(context, request) {
    const { caller } = request;
    const row = newPayment(caller, request.body as Body);
    const answer: Answer = { status: 201, body: JSON.stringify(renderPayment(context, row)) };
    const key = readIdempotencyKey(request, "POST /v1/payments");
    const { database, statements } = context;
    const values = insertValues(caller, row);
    if (key === undefined) {
      await database.run(statements.insertPayment, values);
      return answer;
    }
    const added = await database.run(statements.insertPaymentOnce, [
      ...values,
      key.key,
      asBytea(key.fingerprint),
      answer.body,
    ]);
    return added.length === 1 ? answer : replay(context, { ...key, caller });
  },
};

function newPayment(caller: Caller, body: Body): PaymentRow {
  return {
    id: newIdentifier("pay"),
    is_live: caller.isLive,
    amount_cents: body.amount,
    amount_refunded_cents: 0,
    amount_refunding_cents: 0,
    currency: body.currency,
    created_at: Math.floor(Date.now() / 1_000),
    paid_at: null,
    failure_code: null,
    failure_message: null,
    attempt_id: null,
    description: body.description ?? null,
    metadata: body.metadata ?? null,
    billing: body.billing ?? null,
    shipping: body.shipping ?? null,
    hosted_payment: body.hosted_payment ?? null,
    notification_url: body.notification_url ?? null,
    card_brand: null,
    card_last4: null,
    card_exp_month: null,
    card_exp_year: null,
    card_country: null,
    is_paid: false,
    is_refunded: false,
    status: "created",
  };
}

/** $1 to $12 of both inserts. */
function insertValues(caller: Caller, row: PaymentRow): unknown[] {
  return [
    row.id,
    caller.merchantId,
    row.is_live,
    row.amount_cents,
    row.currency,
    row.created_at,
    row.description,
    row.metadata,
    row.billing,
    row.shipping,
    row.hosted_payment,
    row.notification_url,
  ];
}
