import type { Locale } from "../../api/localised.ts";
import type { NewSubscriber, Subscriber, ToldKind } from "../../api/subscribers.ts";
import type { Sealer } from "../../access/sealer.ts";
import type { Control } from "../../control/control.ts";
import { Failure } from "../../std/failure.ts";
import { newId } from "../../std/new-id.ts";
import { parseEmailAddress, sameMailbox, showEmailAddress } from "../address/parse-email-address.ts";
import { parseHookUrl, showHookUrl } from "../address/parse-hook-url.ts";
import type { Page } from "../page/read-page.ts";
import type { NotifySettings } from "../settings.ts";
import { newHookSecret, sealContact, type Contact } from "./contact.ts";
import { hashOfSecretToken, newSecretToken } from "./secret-token.ts";

/** What somebody wants to be told, and where. */
export type Wish = Pick<NewSubscriber, "channel" | "address" | "format" | "locale" | "components" | "kinds">;

/** A wish that can be carried out: the address in one spelling, the components by id. */
export interface CheckedWish {
  channel: Subscriber["channel"];
  address: string;
  format: Subscriber["format"];
  locale: Locale;
  components: string[];
  kinds: ToldKind[];
}

/** Ids of the components of an environment by key, those that are shown. */
export async function readComponentIds(
  query: Control["query"],
  environment: string,
): Promise<Map<string, string>> {
  const rows = await query<{ id: string; key: string }>(
    `select id, key from interlock_control.components
      where environment = $1::text and removed_at is null and is_shown`,
    [environment],
  );
  return new Map(rows.map(({ id, key }) => [key, id]));
}

/** Throws `Failure` "address-not-valid", "input-not-valid" or "mail-not-set-up". */
export function checkWish(
  wish: Wish,
  { page, components, settings }: { page: Page; components: Map<string, string>; settings: NotifySettings },
): CheckedWish {
  const { channel, kinds } = wish;
  const locale = wish.locale ?? page.locales[0] ?? "en";
  if (!page.locales.includes(locale)) throw notValid(`The page is not written in ${locale}.`);
  const ids = wish.components.map((key) => {
    const id = components.get(key);
    if (id === undefined) throw notValid(`There is no component ${key}.`);
    return id;
  });
  if (channel === "email" && wish.format !== undefined) throw notValid("Only a webhook has a format.");
  const format = channel === "webhook" ? (wish.format ?? "statuspage") : null;
  const address = readAddress(wish, settings);
  return { channel, address, format, locale, components: [...new Set(ids)], kinds: [...new Set(kinds)] };
}

function readAddress({ channel, address }: Wish, { mail, hooks }: NotifySettings): string {
  if (channel === "webhook") {
    const parsed = parseHookUrl(address, hooks);
    if ("url" in parsed) return parsed.url;
    throw addressNotValid("The URL can't be used as a webhook.", `Nothing is sent there: ${parsed.refusal}.`);
  }
  if (mail === null) {
    throw new Failure({
      code: "mail-not-set-up",
      message: "This server sends no email.",
      why: "It was started without INTERLOCK_SMTP_URL.",
      state: "Nothing was changed.",
      next: "Set INTERLOCK_SMTP_URL and INTERLOCK_MAIL_FROM and start it again; docs/guide/subscribers.md says how.",
    });
  }
  const parsed = parseEmailAddress(address);
  if (parsed !== undefined) return parsed;
  throw addressNotValid("That is no email address that can be written to.", "Write it as name@example.com.");
}

/** A row of `interlock_control.subscribers` to be, with what belongs to it. */
export interface NewRow {
  id: string;
  channel: Subscriber["channel"];
  format: Subscriber["format"];
  digest: string;
  sealed: string;
  shown: string;
  unsubscribe: string;
  host: string | null;
  locale: Locale;
  components: string[];
  kinds: ToldKind[];
}

export function digestOf(
  sealer: Sealer,
  { channel, address }: Pick<CheckedWish, "channel" | "address">,
): Buffer {
  return sealer.digest(channel === "email" ? sameMailbox(address) : address, `subscriber/${channel}`);
}

/** Makes a row and its secrets. */
export function newRow(sealer: Sealer, wish: CheckedWish): { row: NewRow; contact: Contact } {
  const { channel, address, format, locale, components, kinds } = wish;
  const id = newId("sub");
  const secret = format === "statuspage" ? newHookSecret() : null;
  const contact = { address, unsubscribe: newSecretToken(), secret };
  const row = {
    id,
    channel,
    format,
    digest: digestOf(sealer, wish).toString("hex"),
    sealed: sealContact(sealer, id, contact).toString("hex"),
    shown: channel === "email" ? showEmailAddress(address) : showHookUrl(address),
    unsubscribe: hashOfSecretToken(contact.unsubscribe).toString("hex"),
    host: channel === "webhook" ? new URL(address).host : null,
    locale,
    components,
    kinds,
  };
  return { row, contact };
}

function notValid(why: string): Failure {
  return new Failure({
    code: "input-not-valid",
    message: "The subscription is not valid.",
    why,
    state: "Nothing was changed.",
    next: "See the components with `interlock component list`, and the page's languages with `interlock statuspage show`.",
  });
}

function addressNotValid(message: string, why: string): Failure {
  return new Failure({
    code: "address-not-valid",
    message,
    why,
    state: "Nothing was changed.",
    next: "Correct the address and try again.",
  });
}
