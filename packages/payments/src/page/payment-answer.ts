import type { Answer, Context } from "../api/context.ts";
import { readHostedPayment } from "../api/find-payment.ts";
import type { CardProblems } from "./read-card.ts";
import type { Typed } from "./card-form.ts";
import type { Language } from "./language.ts";
import { askedLanguage, languageCookie, languageFor, type Asking } from "./negotiation.ts";
import { renderPaymentPage } from "./payment-page.ts";
import { viewPayment, type PaymentView } from "./payment-view.ts";
import { pageHeaders } from "./security-headers.ts";

/** A payment and the language to show it in. */
export interface Shown {
  view: PaymentView;
  language: Language;
}

/** Reads the payment of a page; throws a 404 `Refusal` when there is none. */
export async function readShown(context: Context, asking: Asking & { id: string }): Promise<Shown> {
  const row = await readHostedPayment(context, asking.id);
  return { view: viewPayment(context.release, row), language: languageFor(asking, row.billing) };
}

/** 200 with the page of a payment, or 422 with the form and what is wrong in it. */
export function answerPage(
  { publicUrl }: Context,
  {
    view,
    language,
    asking,
    problems,
    typed,
    onward = false,
  }: Shown & { asking: Asking; problems?: CardProblems; typed?: Typed; onward?: boolean },
): Answer {
  const cookie = languageCookie(language, { id: view.id, isSecure: publicUrl.startsWith("https:") });
  return {
    status: problems === undefined ? 200 : 422,
    body: renderPaymentPage({ view, language, problems, typed, onward }),
    headers: {
      ...pageHeaders,
      "content-language": language,
      ...(askedLanguage(asking) === undefined ? {} : { "set-cookie": cookie }),
    },
  };
}

/** 303 to a page of ours. */
export function seeOther(location: string): Answer {
  return { status: 303, body: "", headers: { ...pageHeaders, location } };
}
