import { asBytea } from "../../database/bytea.ts";
import type { Answer, Caller, Context } from "../context.ts";
import type { Endpoint } from "../endpoint.ts";
import { findPayment } from "../find-payment.ts";
import { once, readIdempotencyKey, replay, type IdempotencyKey } from "../idempotency.ts";
import { chargeSavedCard, noSuchCard } from "../paying/charge-saved-card.ts";
import { insertValues, type OpenPayment } from "../paying/new-payment.ts";
import { openPayment, paymentRequest, type PaymentRequest } from "../paying/payment-request.ts";
import { KeyTakenOver, Refusal } from "../refusal.ts";
import { renderPayment } from "../render-payment.ts";

/**
 * POST /v1/payments: a new payment, open until its hosted page is used; or, with the `payment_method` of a
 * saved card, charged at once. 201 either way, also when the saved card was declined.
 */
export const createPayment: Endpoint = {
  method: "POST",
  path: "/v1/payments",
  access: "merchant",
  body: paymentRequest,
  async handle(context, request) {
    const { caller } = request;
    const body = request.body as PaymentRequest;
    const open = openPayment(caller, body);
    const key = readIdempotencyKey(request, "POST /v1/payments");
    if (typeof body.customer === "string") await checkCustomer(context, { caller, id: body.customer });
    if (typeof body.payment_method !== "string") return insert(context, { caller, open, key });
    const charge = {
      caller,
      open,
      cardId: body.payment_method,
      initiator: body.initiator ?? "MERCHANT",
      key: key?.key,
    };
    if (key === undefined) return insertAndCharge(context, charge);
    return once(context, { ...key, caller }, async () => insertAndCharge(context, charge));
  },
};

async function insert(
  context: Context,
  { caller, open, key }: { caller: Caller; open: OpenPayment; key: IdempotencyKey | undefined },
): Promise<Answer> {
  const { database, statements } = context;
  const answer = { status: 201, body: JSON.stringify(renderPayment(context, open.row)) };
  const values = insertValues(caller, open);
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
}

interface Charge {
  caller: Caller;
  open: OpenPayment;
  cardId: string;
  initiator: "PAYER" | "MERCHANT";
  key: string | undefined;
}

async function insertAndCharge(context: Context, charge: Charge): Promise<Answer> {
  const { database, statements } = context;
  const { caller, open, cardId, initiator, key } = charge;
  const owner = { caller, id: open.row.id };
  const [card] = await database.run(statements.findChargeableCard, [
    cardId,
    caller.merchantId,
    caller.isLive,
  ]);
  if (card === undefined) throw noSuchCard();
  const values = insertValues(caller, open);
  if (key === undefined) await database.run(statements.insertPayment, values);
  else {
    const added = await database.run(statements.insertPaymentForKey, [...values, key]);
    if (added.length === 0) throw new KeyTakenOver();
  }
  await chargeSavedCard(context, { id: open.row.id, cardId, initiator });
  return { status: 201, body: JSON.stringify(renderPayment(context, await findPayment(context, owner))) };
}

async function checkCustomer(
  { database, statements }: Context,
  { caller, id }: { caller: Caller; id: string },
): Promise<void> {
  const [found] = await database.run(statements.findOwnCustomer, [id, caller.merchantId, caller.isLive]);
  if (found !== undefined) return;
  throw new Refusal(400, "The request is not valid.", { customer: "is no customer of yours" });
}
