import type { Language } from "./language.ts";
import type { PaymentView } from "./payment-view.ts";

/** The page of a payment. `onward` sends the card holder on to where the page leads, without another click. */
export function pageAddress({
  id,
  language,
  onward = false,
}: {
  id: string;
  language?: Language | undefined;
  onward?: boolean;
}): string {
  const query = new URLSearchParams({
    ...(language === undefined ? {} : { lang: language }),
    ...(onward ? { onward: "yes" } : {}),
  }).toString();
  return `/pay/${encodeURIComponent(id)}${query === "" ? "" : `?${query}`}`;
}

/** Where a card holder goes whose card has been tried: back to the merchant when it went well. */
export function addressAfter(view: PaymentView, language: Language): string {
  const wentWell = view.state === "paid" || view.state === "authorized";
  return (wentWell ? view.returnUrl : undefined) ?? pageAddress({ id: view.id, language });
}
