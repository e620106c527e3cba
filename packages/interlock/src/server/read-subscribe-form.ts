import type { FastifyRequest } from "fastify";
import { localeSchema, type Locale } from "../api/localised.ts";
import { newSubscriberSchema } from "../api/subscribers.ts";
import { Failure } from "../std/failure.ts";
import type { Page } from "../notify/page/read-page.ts";
import type { Wish } from "../notify/subscription/wish.ts";

/**
 * Reads what the subscribe form of the page sends: `channel`, `address` (or `email` or `webhook`), `format`, `locale`,
 * and any number of `component` and `kind`. Throws `Failure` "input-not-valid".
 */
export function readSubscribeForm(request: FastifyRequest, page: Page): Wish & { locale: Locale } {
  const type = request.headers["content-type"] ?? "";
  const { body } = request;
  if (!/^application\/x-www-form-urlencoded\b/i.test(type) || !Buffer.isBuffer(body))
    throw notValid("It is no form.");
  const form = new URLSearchParams(body.toString("utf8"));
  const params = (request.params ?? {}) as { locale?: string };
  const given = (name: string): string | undefined => {
    const text = form.get(name)?.trim() ?? "";
    return text === "" ? undefined : text;
  };
  const webhook = given("webhook");
  const format = given("format");
  const wanted = localeSchema.safeParse(given("locale") ?? params.locale);
  const locale =
    wanted.success && page.locales.includes(wanted.data) ? wanted.data : (page.locales[0] ?? "en");
  const kinds = form.getAll("kind");
  const parsed = newSubscriberSchema.omit({ confirmedBecause: true }).safeParse({
    channel: given("channel") ?? (webhook === undefined ? "email" : "webhook"),
    address: given("address") ?? webhook ?? given("email") ?? "",
    ...(format === undefined ? {} : { format }),
    components: form.getAll("component"),
    ...(kinds.length === 0 ? {} : { kinds }),
  });
  if (!parsed.success) throw notValid("It is not filled in as it should be.");
  return { ...parsed.data, locale };
}

function notValid(why: string): Failure {
  return new Failure({
    code: "input-not-valid",
    message: "The subscription can't be taken.",
    why,
    state: "Nothing was changed.",
  });
}
