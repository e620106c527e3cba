import { failureMessages } from "../../payments/status.ts";
import { billing, shipping } from "../../api/schemas.ts";
import {
  address,
  cents,
  euro,
  flag,
  identifier,
  metadata,
  nullable,
  reference,
  strict,
  text,
  textOrNull,
  time,
  timeOrNull,
} from "./strict.ts";

const failure = strict({ code: { enum: Object.keys(failureMessages) }, message: textOrNull });

export const paymentSchemas = {
  Failure: failure,
  // The same members as in a request, but all of them, those that are not known as null.
  Billing: strict(billing.properties),
  Shipping: strict(shipping.properties),
  Payment: strict({
    id: identifier("pay"),
    object: { const: "payment" },
    is_live: flag,
    amount: cents,
    amount_refunded: cents,
    currency: euro,
    created_at: time,
    description: textOrNull,
    metadata,
    is_paid: flag,
    paid_at: timeOrNull,
    is_refunded: flag,
    is_3ds: { type: ["boolean", "null"], description: "Null until it is known" },
    save_card: flag,
    installment_plan_id: nullable(identifier("inst")),
    refundable_after: timeOrNull,
    refundable_until: timeOrNull,
    card: strict({
      last4: textOrNull,
      country: textOrNull,
      exp_month: { type: ["integer", "null"], minimum: 1, maximum: 12 },
      exp_year: { type: ["integer", "null"] },
      brand: textOrNull,
      id: nullable(identifier("card")),
      metadata,
    }),
    billing: reference("Billing"),
    shipping: reference("Shipping"),
    hosted_payment: strict({
      payment_url: address,
      return_url: textOrNull,
      cancel_url: textOrNull,
      paid_at: timeOrNull,
      sent_by: textOrNull,
    }),
    notification: nullable(
      strict({
        url: text,
        response_code: {
          type: ["integer", "null"],
          description: "Of the last attempt; 0 when no answer came",
        },
      }),
    ),
    failure: nullable(reference("Failure")),
    authorization: nullable(
      strict({ authorized_at: timeOrNull, expires_at: timeOrNull, authorized_amount: cents }),
    ),
    payment_method: { enum: ["card", null] },
  }),
  Refund: strict({
    id: identifier("re"),
    object: { const: "refund" },
    is_live: flag,
    amount: { ...cents, minimum: 1 },
    currency: euro,
    created_at: time,
    payment_id: identifier("pay"),
    metadata,
  }),
  CardHolderPayment: {
    type: "object",
    required: ["id", "object", "is_paid", "amount", "currency", "failure", "hosted_payment"],
    properties: {
      id: identifier("pay"),
      object: { const: "payment" },
      is_paid: flag,
      amount: cents,
      currency: euro,
      failure: nullable(reference("Failure")),
      hosted_payment: { type: "object" },
      challenge_url: address,
    },
    additionalProperties: false,
  },
  HostedPayment: strict({ id: identifier("pay"), object: { const: "hosted_payment" }, state: text }),
};
