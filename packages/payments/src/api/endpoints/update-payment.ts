import type { Caller, Context } from "../context.ts";
import { parameter, type Endpoint } from "../endpoint.ts";
import { abortPayment } from "../paying/abort-payment.ts";
import { capturePayment } from "../paying/capture-payment.ts";
import { notFound, Refusal } from "../refusal.ts";
import { renderPayment } from "../render-payment.ts";
import { metadata } from "../schemas.ts";
import type { ShownPaymentRow } from "../statements/payment-row.ts";

interface Body {
  aborted?: true;
  abort?: true;
  captured?: true;
  amount?: number;
  metadata?: Record<string, unknown> | null;
}

interface Target {
  caller: Caller;
  id: string;
}

/**
 * PATCH /v1/payments/{id}: `{"aborted": true}`, which older clients send as `abort`; `{"captured": true}`, with
 * `amount` for a part of what is authorized; or new metadata, also together with one of them.
 */
export const updatePayment: Endpoint = {
  method: "PATCH",
  path: "/v1/payments/:id",
  access: "merchant",
  body: {
    type: "object",
    properties: {
      aborted: { const: true },
      abort: { const: true },
      captured: { const: true },
      amount: { type: "integer", minimum: 99, maximum: 2_000_000 },
      metadata,
    },
    minProperties: 1,
    additionalProperties: false,
  },
  async handle(context, request) {
    const body = request.body as Body;
    const target = { caller: request.caller, id: parameter(request, "id") };
    const aborts = body.aborted === true || body.abort === true;
    refuseContradictions(body, aborts);
    let row: ShownPaymentRow | undefined;
    // These may be refused, so they come first: then nothing has been changed.
    if (aborts) row = await abortPayment(context, target);
    if (body.captured === true)
      row = await capturePayment(context, { target, amountCents: body.amount ?? null });
    if (body.metadata !== undefined)
      row = await replaceMetadata(context, { target, metadata: body.metadata });
    if (row === undefined) throw new Error("the schema and the check ask for at least one change");
    return { status: 200, body: JSON.stringify(renderPayment(context, row)) };
  },
};

function refuseContradictions(body: Body, aborts: boolean): void {
  const problems: Record<string, string> = {};
  if (aborts && body.captured === true) problems["captured"] = "can't be true together with aborted";
  if (body.amount !== undefined && body.captured !== true)
    problems["amount"] = "is changed by a capture only";
  if (Object.keys(problems).length > 0) throw new Refusal(400, "The request is not valid.", problems);
}

async function replaceMetadata(
  { database, statements }: Context,
  { target, metadata: values }: { target: Target; metadata: Record<string, unknown> | null },
): Promise<ShownPaymentRow> {
  const [row] = await database.run<ShownPaymentRow>(statements.updateMetadata, [
    target.id,
    target.caller.merchantId,
    target.caller.isLive,
    values,
  ]);
  if (row === undefined) throw notFound("payment");
  return row;
}
