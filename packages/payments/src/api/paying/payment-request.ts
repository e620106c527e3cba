import { checkUrls } from "../check-urls.ts";
import type { Caller } from "../context.ts";
import { Refusal } from "../refusal.ts";
import { billing, metadata, shipping, url } from "../schemas.ts";
import { newPayment, type OpenPayment } from "./new-payment.ts";

type Members = Record<string, unknown> | null;

/** The body of POST /v1/payments, once `paymentRequest` has let it pass. */
export interface PaymentRequest {
  amount?: number;
  authorized_amount?: number;
  auto_capture?: boolean;
  currency: "EUR";
  description?: string | null;
  metadata?: Members;
  billing?: Members;
  shipping?: Members;
  hosted_payment?: Members;
  notification_url?: string | null;
  save_card?: boolean;
  allow_save_card?: boolean;
  force_3ds?: boolean;
  payment_method?: string | null;
  initiator?: "PAYER" | "MERCHANT" | null;
  customer?: string | null;
}

const amount = { type: "integer", minimum: 99, maximum: 2_000_000 };
const identifier = (prefix: string) => ({
  type: ["string", "null"],
  pattern: `^${prefix}_[0-9A-Za-z]{1,64}$`,
});

/** JSON schema of that body. What a schema can't say well is in `openPayment`. */
export const paymentRequest = {
  type: "object",
  required: ["currency"],
  properties: {
    amount,
    authorized_amount: amount,
    auto_capture: { type: "boolean" },
    currency: { const: "EUR" },
    description: { type: ["string", "null"], maxLength: 80 },
    metadata,
    billing,
    shipping,
    hosted_payment: {
      type: ["object", "null"],
      additionalProperties: false,
      properties: {
        return_url: url,
        cancel_url: url,
        sent_by: { enum: ["SMS", "EMAIL", "OTHER", null] },
      },
    },
    notification_url: url,
    save_card: { type: "boolean" },
    allow_save_card: { type: "boolean" },
    force_3ds: { type: "boolean" },
    payment_method: identifier("card"),
    initiator: { enum: ["PAYER", "MERCHANT", null] },
    customer: identifier("cus"),
  },
  additionalProperties: false,
};

/** The payment that a request asks for. Throws a 400 `Refusal` when its members contradict each other. */
export function openPayment(caller: Caller, body: PaymentRequest): OpenPayment {
  checkUrls(body);
  const problems = contradictions(body);
  const amountCents = body.amount ?? body.authorized_amount;
  if (amountCents === undefined || Object.keys(problems).length > 0) {
    throw new Refusal(400, "The request is not valid.", problems);
  }
  return newPayment(caller, {
    amountCents,
    deferred: body.authorized_amount !== undefined,
    description: body.description ?? null,
    metadata: body.metadata ?? null,
    billing: body.billing ?? null,
    shipping: body.shipping ?? null,
    hostedPayment: body.hosted_payment ?? null,
    notificationUrl: body.notification_url ?? null,
    force3ds: body.force_3ds ?? false,
    saveCard: body.save_card ?? false,
    allowSaveCard: body.allow_save_card ?? false,
    initiator: body.initiator ?? null,
    customerId: body.customer ?? null,
  });
}

/** What is wrong, by field. */
function contradictions(body: PaymentRequest): Record<string, string> {
  const problems: Record<string, string> = {};
  const isSaved = typeof body.payment_method === "string";
  const saves = body.save_card === true || body.allow_save_card === true;
  if (body.amount === undefined && body.authorized_amount === undefined) {
    problems["amount"] = "must be given, or authorized_amount with auto_capture false";
  }
  if (body.amount !== undefined && body.authorized_amount !== undefined) {
    problems["authorized_amount"] = "can't be given together with amount";
  }
  if (body.authorized_amount !== undefined && body.auto_capture !== false) {
    problems["auto_capture"] = "must be false with authorized_amount";
  }
  if (body.amount !== undefined && body.auto_capture === false) {
    problems["auto_capture"] = "can be false with authorized_amount only";
  }
  if (body.save_card === true && body.allow_save_card === true) {
    problems["allow_save_card"] = "can't be true together with save_card";
  }
  if (isSaved && saves)
    problems["payment_method"] = "is a saved card already: leave save_card and allow_save_card out";
  if (!isSaved && body.initiator === "MERCHANT") {
    problems["initiator"] = "can be MERCHANT with the payment_method of a saved card only";
  }
  if (isSaved && body.initiator !== "PAYER" && body.force_3ds === true) {
    problems["force_3ds"] = "needs the card holder: initiator PAYER";
  }
  if (typeof body.customer === "string" && !saves) {
    problems["customer"] = "is whom a saved card is to belong to: set save_card or allow_save_card";
  }
  return problems;
}
