import { refusalOfUrl } from "../hook/address-policy.ts";
import type { HookMessage, WriteHook } from "../hook/hook-carrier.ts";
import { hookHeaders } from "../hook/sign-hook.ts";
import type { Renderings } from "../message/renderings.ts";
import { slackConfirmation } from "../message/slack-text.ts";
import { confirmUrl } from "../message/urls.ts";
import { readPage } from "../page/read-page.ts";
import type { NotifyServices } from "../services.ts";
import { confirmSubscription } from "../subscription/confirm-subscription.ts";
import { openContact, type Contact } from "../subscription/contact.ts";
import type { Claimed } from "./delivery.ts";
import { readAsk } from "./read-ask.ts";

/** Webhooks for subscribers: what everybody is told, and the question whether they want to be. */
export function makeWriteHook(services: NotifyServices, renderings: Renderings): WriteHook {
  return async (delivery) => {
    const { kind, subscriber } = delivery;
    if (subscriber === null || kind === "call") return undefined;
    const contact = openContact(services.sealer, delivery.receiver, subscriber.sealed);
    // What was let through once may not be any more.
    if (refusalOfUrl(new URL(contact.address), services.notify.hooks) !== undefined) return undefined;
    const format = subscriber.format ?? "statuspage";
    if (kind === "confirmation") return writeChallenge(services, { delivery, contact, format });
    const body = await renderings.body({ ...delivery, kind, locale: subscriber.locale, format });
    return body === undefined ? undefined : post(delivery, { contact, body: body.for(contact.unsubscribe) });
  };
}

function post(delivery: Claimed, { contact, body }: { contact: Contact; body: string }): HookMessage {
  const { subject, revision, receiver } = delivery;
  const id = `${subject.replaceAll(/[^A-Za-z0-9_-]/g, "-")}.r${String(revision)}.${receiver}`;
  const { address: url, secret } = contact;
  return { url, body, headers: hookHeaders({ id, secret, body, at: new Date() }) };
}

/**
 * Asks a webhook to confirm: it answers with the challenge, or its owner opens the link. The first question holds the
 * secret, so that whoever has the webhook can hold every later message against its signature.
 */
async function writeChallenge(
  { control, sealer, notify }: NotifyServices,
  { delivery, contact, format }: { delivery: Claimed; contact: Contact; format: "statuspage" | "slack" },
): Promise<HookMessage | undefined> {
  const ask = await readAsk({ control, sealer }, delivery.subject);
  if (ask === undefined) return undefined;
  const page = await readPage((sql, values) => control.query(sql, values), notify);
  const { token, locale, isFirst } = ask;
  if (format === "slack") {
    return post(delivery, { contact, body: JSON.stringify(slackConfirmation(page, { locale, token })) });
  }
  const body = JSON.stringify({
    type: "subscription.confirmation",
    challenge: token,
    confirm_url: confirmUrl(page, { locale, token }),
    ...(isFirst ? { secret: contact.secret } : {}),
    page: { id: page.environment, url: page.url },
  });
  return {
    ...post(delivery, { contact, body }),
    async onAnswer(text) {
      if (answers(text, token)) await confirmSubscription({ control }, { token, by: "answer" });
    },
  };
}

/** The challenge itself as text, or as the member `challenge` of a JSON object. An answer that only repeats what it was sent confirms nothing. */
export function answers(text: string, challenge: string): boolean {
  const trimmed = text.trim();
  if (trimmed === challenge) return true;
  try {
    const parsed: unknown = JSON.parse(trimmed);
    return (
      typeof parsed === "object" &&
      parsed !== null &&
      Object.keys(parsed).length === 1 &&
      Reflect.get(parsed, "challenge") === challenge
    );
  } catch {
    return false;
  }
}
