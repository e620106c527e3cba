import type { Locale } from "../../api/localised.ts";
import { paths } from "../../statuspage/context.ts";
import type { Page } from "../page/read-page.ts";

/** Where subscriptions are confirmed. */
export function confirmUrl(
  { subscriptionsUrl }: Page,
  { locale, token }: { locale: Locale; token: string },
): string {
  return `${subscriptionsUrl}/${locale}/confirm/${token}`;
}

/** Where a subscription is ended: by a button on the page, or by a mail program's single POST. */
export function unsubscribeUrl(
  { subscriptionsUrl }: Page,
  { locale, token }: { locale: Locale; token: string },
): string {
  return `${subscriptionsUrl}/${locale}/unsubscribe/${token}`;
}

/** An incident or maintenance on the status page. */
export function threadUrl(
  { url }: Page,
  { locale, reference, kind }: { locale: Locale; reference: string; kind: "incident" | "maintenance" },
): string {
  return `${url}/${paths[kind](locale, reference)}`;
}

/** What stands behind the @ of Message-IDs: the host that sends, whichever server it is. */
export function hostOf({ subscriptionsUrl, url }: Page): string {
  const known = [subscriptionsUrl, url].find((each) => URL.canParse(each));
  const hostname = known === undefined ? "" : new URL(known).hostname.replaceAll(/[^A-Za-z0-9.-]/g, "");
  return hostname === "" ? "interlock.invalid" : hostname;
}
