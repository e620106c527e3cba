import { failureMessages } from "../../payments/status.ts";
import type { Caller, Context } from "../context.ts";
import { parameter, type Endpoint } from "../endpoint.ts";
import { findPayment } from "../find-payment.ts";
import { captureAuthorization } from "../paying/capture-authorization.ts";
import type { ClosingResult } from "../paying/close-authorization.ts";
import { releaseAuthorization } from "../paying/release-authorization.ts";
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
    if (aborts) row = await abort(context, target);
    if (body.captured === true) row = await capture(context, { target, amountCents: body.amount ?? null });
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

async function abort(context: Context, target: Target): Promise<ShownPaymentRow> {
  const { caller, id } = target;
  const [row] = await context.database.run<ShownPaymentRow>(context.statements.abortPayment, [
    id,
    caller.merchantId,
    caller.isLive,
    failureMessages.aborted,
  ]);
  if (row !== undefined) return row;
  // It was not changed: because it is not there, aborted already, authorized, or past aborting.
  const now = await findPayment(context, target);
  const status = context.release.statusOf(now);
  if (status === "aborted") return now;
  if (status === "authorized") {
    checkClosing(await releaseAuthorization(context, { id, failureCode: "aborted" }), "aborted");
    return findPayment(context, target);
  }
  throw new Refusal(
    409,
    status === "created"
      ? "The payment can't be aborted: a card is being charged for it."
      : `The payment can't be aborted: it is ${status}.`,
    { aborted: "only a payment that is open or authorized can be aborted" },
  );
}

async function capture(
  context: Context,
  { target, amountCents }: { target: Target; amountCents: number | null },
): Promise<ShownPaymentRow> {
  const before = await findPayment(context, target);
  const status = context.release.statusOf(before);
  if (status !== "authorized") {
    throw new Refusal(409, `There is nothing to capture: the payment is ${status}.`, {
      captured: "only an authorized payment can be captured, and once",
    });
  }
  const most = before.authorized_amount_cents ?? 0;
  if (amountCents !== null && amountCents > most) {
    throw new Refusal(400, "That is more than was authorized.", {
      amount: `must be at most ${String(most)}`,
    });
  }
  checkClosing(await captureAuthorization(context, { ...target, amountCents }), "captured");
  return findPayment(context, target);
}

function checkClosing(result: ClosingResult, field: "aborted" | "captured"): void {
  switch (result.state) {
    case "done":
      return;
    case "taken":
      throw new Refusal(409, "The authorisation has expired, or is being captured or let go.", {
        [field]: "is too late",
      });
    case "refused":
      throw new Refusal(409, "The acquirer refused; the payment is as it was.", { [field]: result.code });
    case "unknown":
      throw new Refusal(504, "The acquirer has not said yet how it went.", {
        id: "ask for the payment again in a moment; it will be settled once",
      });
  }
}
