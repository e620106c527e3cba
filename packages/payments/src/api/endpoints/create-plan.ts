import { newIdentifier } from "../../payments/identifier.ts";
import { createOnce } from "../create-once.ts";
import { checkUrls } from "../check-urls.ts";
import type { Caller } from "../context.ts";
import type { Endpoint } from "../endpoint.ts";
import { insertValues, newPayment } from "../paying/new-payment.ts";
import { readSchedule, type Part, type WantedPart } from "../read-schedule.ts";
import { renderPlan } from "../render-plan.ts";
import { billing, metadata, shipping, url } from "../schemas.ts";
import type { PlanRow } from "../statements/plan.ts";

interface Body {
  currency: "EUR";
  schedule: WantedPart[];
  metadata?: Record<string, unknown> | null;
  billing?: Record<string, unknown> | null;
  shipping?: Record<string, unknown> | null;
  hosted_payment?: Record<string, unknown> | null;
  notification_url?: string | null;
}

const path = "/v1/installment_plans";

/** POST /v1/installment_plans: the first part is paid on its hosted page, the others from the card saved there. 201. */
export const createPlan: Endpoint = {
  method: "POST",
  path,
  access: "merchant",
  body: {
    type: "object",
    required: ["currency", "schedule"],
    properties: {
      currency: { const: "EUR" },
      schedule: {
        type: "array",
        minItems: 2,
        maxItems: 12,
        items: {
          type: "object",
          required: ["date", "amount"],
          properties: {
            date: { type: "string", pattern: "^(TODAY|[0-9]{4}-[0-9]{2}-[0-9]{2})$" },
            amount: { type: "integer", minimum: 99, maximum: 2_000_000 },
          },
          additionalProperties: false,
        },
      },
      metadata,
      billing,
      shipping,
      hosted_payment: {
        type: ["object", "null"],
        additionalProperties: false,
        properties: { return_url: url, cancel_url: url },
      },
      notification_url: url,
    },
    additionalProperties: false,
  },
  async handle(context, request) {
    const { caller } = request;
    const body = request.body as Body;
    checkUrls(body);
    const parts = readSchedule(body.schedule, new Date());
    const id = newIdentifier("inst");
    const payment = firstPayment({ caller, body, planId: id, parts });
    return createOnce(context, {
      request,
      path,
      statement: context.statements.insertPlan,
      before: insertValues(caller, payment),
      after: [id, body.metadata ?? null, JSON.stringify(parts)],
      rendered: renderPlan(context, newPlan({ id, body, parts, payment: payment.row })),
    });
  },
};

function firstPayment({
  caller,
  body,
  planId,
  parts,
}: {
  caller: Caller;
  body: Body;
  planId: string;
  parts: readonly Part[];
}) {
  const [first] = parts;
  if (first === undefined) throw new Error("the schema asks for parts");
  return newPayment(caller, {
    amountCents: first.amount_cents,
    metadata: body.metadata ?? null,
    billing: body.billing ?? null,
    shipping: body.shipping ?? null,
    hostedPayment: body.hosted_payment ?? null,
    notificationUrl: body.notification_url ?? null,
    // The other parts are charged to the card that this one is paid with.
    saveCard: true,
    installmentPlanId: planId,
  });
}

function newPlan({
  id,
  body,
  parts,
  payment,
}: {
  id: string;
  body: Body;
  parts: readonly Part[];
  payment: { id: string; is_live: boolean; created_at: number };
}): PlanRow {
  return {
    id,
    is_live: payment.is_live,
    currency: body.currency,
    is_active: true,
    is_fully_paid: false,
    failure_code: null,
    failure_message: null,
    metadata: body.metadata ?? null,
    billing: body.billing ?? null,
    shipping: body.shipping ?? null,
    hosted_payment: body.hosted_payment ?? null,
    notification_url: body.notification_url ?? null,
    created_at: payment.created_at,
    schedule: parts.map(({ number, due_on: date, amount_cents: amount }) => ({
      date,
      amount,
      payment_ids: number === 1 ? [payment.id] : [],
    })),
  };
}
