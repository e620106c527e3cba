import type { Answer, Context } from "../api/context.ts";
import { payWithCard } from "../api/paying/pay-with-card.ts";
import { Refusal } from "../api/refusal.ts";
import type { Asking } from "./negotiation.ts";
import { pageAddress } from "./payment-address.ts";
import { answerPage, readShown, seeOther } from "./payment-answer.ts";
import { readCard } from "./read-card.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * The card form as a browser sends it: 422 with the form again while something is wrong in it, 303 to the
 * page once a card has been tried, and onward from there. Sent twice, or from two tabs, the second one sees what became of the first.
 */
export async function submitForm(
  context: Context,
  { id, asking, fields }: { id: string; asking: Asking; fields: Fields },
): Promise<Answer> {
  const shown = await readShown(context, { ...asking, id });
  const { language } = shown;
  const page = pageAddress({ id, language });
  if (shown.view.state !== "payable") return seeOther(page);
  const read = readCard(fields, new Date());
  const saveCard = fields["save_card"] === "yes";
  if ("problems" in read) {
    const typed = { expiry: presentable(fields["expiry"]), saveCard };
    return answerPage(context, { ...shown, asking, problems: read.problems, typed });
  }
  try {
    await payWithCard(context, { id, card: read.card, saveCard });
    return seeOther(pageAddress({ id, language, onward: true }));
  } catch (error) {
    // Somebody was faster, or the acquirer did not say: the page shows how it stands.
    if (!(error instanceof Refusal) || error.status === 404) throw error;
    return seeOther(page);
  }
}

/** What was typed as the expiry date, unless it could be something else: a card number is never sent back. */
function presentable(typed: unknown): string {
  return typeof typed === "string" && /^[0-9]{1,2}\s*[/.\- ]\s*[0-9]{1,4}$/.test(typed) ? typed : "";
}
