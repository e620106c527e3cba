import { failureMessages } from "../../payments/status.ts";
import type { Caller, Context } from "../context.ts";
import { parameter, type Endpoint } from "../endpoint.ts";
import { findPayment } from "../find-payment.ts";
import { notFound, Refusal } from "../refusal.ts";
import { renderPayment } from "../render-payment.ts";
import { metadata } from "../schemas.ts";
import type { PaymentRow } from "../statements/payment-row.ts";

interface Body {
  aborted?: true;
  abort?: true;
  metadata?: Record<string, unknown> | null;
}

/** PATCH /v1/payments/{id}: `{"aborted": true}`, which older clients send as `abort`, or new metadata. */
export const updatePayment: Endpoint = {
  method: "PATCH",
  path: "/v1/payments/:id",
  access: "merchant",
  body: {
    type: "object",
    properties: { aborted: { const: true }, abort: { const: true }, metadata },
    minProperties: 1,
    additionalProperties: false,
  },
  async handle(context, request) {
    const body = request.body as Body;
    const target = { caller: request.caller, id: parameter(request, "id") };
    let row: PaymentRow | undefined;
    // An abort may be refused, so it comes first: then nothing has been changed.
    if (body.aborted === true || body.abort === true) row = await abort(context, target);
    if (body.metadata !== undefined)
      row = await replaceMetadata(context, { ...target, metadata: body.metadata });
    if (row === undefined) throw new Error("the schema asks for at least one member");
    return { status: 200, body: JSON.stringify(renderPayment(context, row)) };
  },
};

async function replaceMetadata(
  { database, statements }: Context,
  target: { caller: Caller; id: string; metadata: Record<string, unknown> | null },
): Promise<PaymentRow> {
  const { caller, id } = target;
  const [row] = await database.run<PaymentRow>(statements.updateMetadata, [
    id,
    caller.merchantId,
    caller.isLive,
    target.metadata,
  ]);
  if (row === undefined) throw notFound("payment");
  return row;
}

async function abort(context: Context, target: { caller: Caller; id: string }): Promise<PaymentRow> {
  const { caller, id } = target;
  const [row] = await context.database.run<PaymentRow>(context.statements.abortPayment, [
    id,
    caller.merchantId,
    caller.isLive,
    failureMessages.aborted,
  ]);
  if (row !== undefined) return row;
  // It was not changed: because it is aborted already, because it is past aborting, or because it is not there.
  const now = await findPayment(context, target);
  const status = context.release.statusOf(now);
  if (status === "aborted") return now;
  throw new Refusal(
    409,
    status === "created"
      ? "The payment can't be aborted: a card is being charged for it."
      : `The payment can't be aborted: it is ${status}.`,
    { aborted: "only a payment that nobody has paid or tried to pay can be aborted" },
  );
}
