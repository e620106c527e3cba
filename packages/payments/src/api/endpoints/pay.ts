import { luhnValid, readExpiry, traceOf, type Card } from "../../payments/card.ts";
import { newIdentifier } from "../../payments/identifier.ts";
import type { Answer, Context } from "../context.ts";
import { parameter, type Endpoint } from "../endpoint.ts";
import { notFound, Refusal } from "../refusal.ts";
import { renderPayment } from "../render-payment.ts";
import { settlePayment } from "../settle-payment.ts";
import type { PaymentRow } from "../statements/payment-row.ts";

/**
 * POST /pay/{id}: the card form of the hosted page, as JSON or as a form. 200 with the payment, paid or
 * failed; 409 when it can't be paid any more; 504 when the acquirer did not say, and recovery will find out.
 */
export const pay: Endpoint = {
  method: "POST",
  path: "/pay/:id",
  access: "public",
  body: {
    type: "object",
    required: ["card_number", "expiry", "cvv"],
    properties: {
      card_number: { type: "string", maxLength: 30 },
      expiry: { type: "string", maxLength: 10 },
      cvv: { type: "string", maxLength: 4 },
    },
    additionalProperties: false,
  },
  async handle(context, request) {
    const id = parameter(request, "id");
    const card = readCard(request.body as Record<"card_number" | "expiry" | "cvv", string>);
    const attempt = newIdentifier("att");
    const amountCents = await begin(context, { id, attempt, card });
    const outcome = await askAcquirer(context, { attempt, amountCents, card });
    const settled = await settlePayment(context, { attempt, outcome });
    return answer(context, settled ?? (await read(context, id)));
  },
};

function readCard(body: Record<"card_number" | "expiry" | "cvv", string>): Card {
  const number = body.card_number.replaceAll(/[ -]/g, "");
  if (!luhnValid(number))
    throw new Refusal(400, "The card can't be used.", { card_number: "is no card number" });
  const expiry = readExpiry(body.expiry, new Date());
  if (expiry === undefined) {
    throw new Refusal(400, "The card can't be used.", { expiry: "must be MM/YY and not in the past" });
  }
  if (!/^[0-9]{3,4}$/.test(body.cvv)) {
    throw new Refusal(400, "The card can't be used.", { cvv: "must be 3 or 4 digits" });
  }
  return { number, ...expiry, cvv: body.cvv };
}

/** Writes the attempt down before the acquirer hears of it; returns the amount to ask for. */
async function begin(
  context: Context,
  { id, attempt, card }: { id: string; attempt: string; card: Card },
): Promise<number> {
  const trace = traceOf(card);
  const [begun] = await context.database.run<{ amount_cents: number }>(context.statements.beginAttempt, [
    id,
    attempt,
    trace.brand,
    trace.last4,
    trace.expMonth,
    trace.expYear,
    "FR",
  ]);
  if (begun !== undefined) return begun.amount_cents;
  const status = context.release.statusOf(await read(context, id));
  throw new Refusal(
    409,
    status === "created" ? "A card is being charged for this payment." : `This payment is ${status}.`,
    { id: "can't be paid now" },
  );
}

async function askAcquirer(
  { acquirer }: Context,
  { attempt, amountCents, card }: { attempt: string; amountCents: number; card: Card },
) {
  let outcome = await acquirer.authorise({ reference: attempt, amountCents, card });
  // One question at once settles most lost answers; what is left is for recovery.
  if (outcome.state === "unknown") outcome = await acquirer.inquire(attempt);
  if (outcome.state === "unknown") {
    throw new Refusal(504, "The acquirer has not said yet whether the card was charged.", {
      id: "ask for the payment again in a moment; it will be settled once",
    });
  }
  return outcome;
}

async function read({ database, statements }: Context, id: string): Promise<PaymentRow> {
  const [row] = await database.run<PaymentRow>(statements.getHostedPayment, [id]);
  if (row === undefined) throw notFound("payment");
  return row;
}

/** The card holder's page learns how it went; the merchant's own data stays with the merchant. */
function answer(context: Context, row: PaymentRow): Answer {
  const { id, object, is_paid, failure, amount, currency, hosted_payment } = renderPayment(context, row);
  return {
    status: 200,
    body: JSON.stringify({ id, object, is_paid, amount, currency, failure, hosted_payment }),
  };
}
