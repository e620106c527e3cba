import type { Language } from "./language.ts";

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
