import { sendsForm } from "../../page/negotiation.ts";
import { readCard, type CardProblem } from "../../page/read-card.ts";
import { submitForm } from "../../page/submit-form.ts";
import type { Answer, Context } from "../context.ts";
import { parameter, type Endpoint } from "../endpoint.ts";
import { readHostedPayment } from "../find-payment.ts";
import { payWithCard } from "../paying/pay-with-card.ts";
import { Refusal } from "../refusal.ts";
import { renderForCardHolder } from "../render-payment.ts";
import type { SettledRow } from "../statements/payment-row.ts";

/**
 * POST /pay/{id}: the card form of the hosted page. A browser's form gets pages; JSON gets 200 with the payment,
 * paid, authorized or failed, 202 with `challenge_url` when the card holder has to prove who they are first,
 * 400 for what is no card, 409 when it can't be paid any more, and 504 when the acquirer did not say, and
 * recovery will find out.
 */
export const pay: Endpoint = {
  method: "POST",
  path: "/pay/:id",
  access: "public",
  body: {
    type: "object",
    required: ["card_number", "expiry", "cvv"],
    properties: {
      card_number: { type: "string", maxLength: 100 },
      expiry: { type: "string", maxLength: 100 },
      cvv: { type: "string", maxLength: 100 },
      save_card: { enum: [true, false, "yes"] },
    },
    additionalProperties: false,
  },
  async handle(context, request) {
    const id = parameter(request, "id");
    const fields = request.body as Record<string, unknown>;
    if (sendsForm(request)) return submitForm(context, { id, asking: request, fields });
    const read = readCard(fields, new Date());
    if ("problems" in read) throw refuse(read.problems);
    const saveCard = fields["save_card"] === true;
    const result = await payWithCard(context, { id, card: read.card, saveCard });
    return result.state === "settled"
      ? answer(context, { row: result.row })
      : answer(context, { row: await readHostedPayment(context, id), challengeUrl: result.url });
  },
};

/** The card holder's side learns how it went; the merchant's own data stays with the merchant. */
function answer(context: Context, { row, challengeUrl }: { row: SettledRow; challengeUrl?: string }): Answer {
  const shown = renderForCardHolder(context, row);
  if (challengeUrl === undefined) return { status: 200, body: JSON.stringify(shown) };
  return { status: 202, body: JSON.stringify({ ...shown, challenge_url: challengeUrl }) };
}

const expiryWrong = "must be MM/YY and not in the past";

const details: Readonly<Record<CardProblem, string>> = {
  numberMissing: "is missing",
  numberNotDigits: "is no card number",
  numberLength: "is no card number",
  numberWrong: "is no card number",
  expiryMissing: expiryWrong,
  expiryForm: expiryWrong,
  expiryPast: expiryWrong,
  codeMissing: "is missing",
  codeThree: "must be 3 digits",
  codeFour: "must be 4 digits",
};

function refuse(problems: Readonly<Record<string, CardProblem>>): Refusal {
  const wrong = Object.entries(problems).map(([field, problem]) => [field, details[problem]]);
  return new Refusal(400, "The card can't be used.", Object.fromEntries(wrong) as Record<string, string>);
}
