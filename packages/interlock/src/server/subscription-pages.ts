import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import { localeSchema, type Locale } from "../api/localised.ts";
import { textIn } from "../language/text-in.ts";
import { wordsIn } from "../notify/message/words.ts";
import { findPage, type Page } from "../notify/page/read-page.ts";
import type { NotifyServices } from "../notify/services.ts";
import { askSubscription } from "../notify/subscription/ask-subscription.ts";
import { confirmSubscription } from "../notify/subscription/confirm-subscription.ts";
import { unsubscribe } from "../notify/subscription/unsubscribe.ts";
import { contentSecurityPolicy } from "../statuspage/pages/layout.ts";
import { messagePage } from "../statuspage/pages/message-page.ts";
import type { Publication } from "../statuspage/publication.ts";
import { readPageModel } from "../statuspage/read/read-page-model.ts";
import { Failure, factsOf } from "../std/failure.ts";
import { clientOf } from "./client-of.ts";
import { comesFromElsewhere } from "./comes-from-elsewhere.ts";
import { readSubscribeForm } from "./read-subscribe-form.ts";

/** From one client: subscriptions in ten minutes, and presses of a button in one. */
const mostAsks = 10;
const mostPresses = 120;
const largestForm = 16_384;

const policy = `${contentSecurityPolicy};frame-ancestors 'none'`;

type PageServices = NotifyServices & { publication: Pick<Publication, "model"> };

/** What a page about a subscription says. What it does needs a press of its button: opening it does nothing. */
interface Content {
  locale: Locale;
  /** Below /status/. */
  path: string;
  title: string;
  text: string;
  button?: string;
}

interface InLocale {
  locale: string;
  token: string;
}

/**
 * The pages of subscriptions: forms without a script and without a login. Opening a page changes nothing, whoever
 * fetches it beforehand; only sending its form does. A mail program's single POST to the unsubscribe address (RFC
 * 8058) is the same form.
 */
export function subscriptionPages(services: PageServices): FastifyPluginAsync {
  return async (app) => {
    app.removeAllContentTypeParsers();
    // Forms alone; what RFC 8058 sends is not read at all, so it may come in any type.
    app.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: largestForm }, (_request, body, done) => {
      done(null, body);
    });
    app.setErrorHandler((error, request, reply) => answerError(services, { error, request, reply }));
    const asks = {
      config: { rateLimit: { max: mostAsks, timeWindow: 600_000, keyGenerator: clientOf } },
      schema: { hide: true },
    };
    const presses = {
      config: { rateLimit: { max: mostPresses, timeWindow: 60_000, keyGenerator: clientOf } },
      schema: { hide: true },
    };
    app.post("/status/subscribe", asks, (request, reply) => takeForm(services, { request, reply }));
    app.post<{ Params: InLocale }>("/status/:locale/subscribe", asks, (request, reply) =>
      takeForm(services, { request, reply }),
    );
    confirmPages(app, services, presses);
    unsubscribePages(app, services, presses);
  };
}

async function takeForm(
  services: PageServices,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): Promise<FastifyReply> {
  const page = await readPageFor(services);
  if (comesFromElsewhere(request.headers, { pageUrl: page.url })) {
    throw new Failure({
      code: "forbidden",
      message: "A subscription is taken from the status page only.",
      state: "Nothing was changed.",
    });
  }
  const form = readSubscribeForm(request, page);
  await askSubscription(services, form);
  const { asked: title, askedBody: text } = wordsIn[form.locale];
  return send(services, reply, { locale: form.locale, path: pathOf(request), title, text });
}

function confirmPages(app: FastifyInstance, services: PageServices, options: object): void {
  app.get<{ Params: InLocale }>("/status/:locale/confirm/:token", options, async (request, reply) => {
    const { params } = request;
    const page = await readPageFor(services);
    const locale = localeIn(page, params.locale);
    const words = wordsIn[locale];
    const name = textIn(page.names, locale)?.text ?? "";
    return send(services, reply, {
      locale,
      path: pathOf(request),
      title: words.confirmSubject(name),
      text: words.confirmQuestion(name),
      button: words.confirmButton,
    });
  });
  app.post<{ Params: InLocale }>("/status/:locale/confirm/:token", options, async (request, reply) => {
    const { params } = request;
    const page = await readPageFor(services);
    const locale = localeIn(page, params.locale);
    const words = wordsIn[locale];
    const confirmed = await confirmSubscription(services, { token: params.token, by: "link" });
    if (confirmed.outcome === "not-valid") {
      return send(services, reply.status(410), {
        locale,
        path: pathOf(request),
        title: words.confirmNotValid,
        text: words.confirmNotValidBody,
      });
    }
    return send(services, reply, {
      locale,
      path: pathOf(request),
      title: words.confirmed,
      text: words.confirmedBody,
    });
  });
}

function unsubscribePages(app: FastifyInstance, services: PageServices, options: object): void {
  app.get<{ Params: InLocale }>("/status/:locale/unsubscribe/:token", options, async (request, reply) => {
    const { params } = request;
    const page = await readPageFor(services);
    const locale = localeIn(page, params.locale);
    const words = wordsIn[locale];
    return send(services, reply, {
      locale,
      path: pathOf(request),
      title: words.unsubscribe,
      text: words.unsubscribeQuestion(textIn(page.names, locale)?.text ?? ""),
      button: words.unsubscribeButton,
    });
  });
  app.post<{ Params: InLocale }>("/status/:locale/unsubscribe/:token", options, async (request, reply) => {
    const { params } = request;
    const page = await readPageFor(services);
    const locale = localeIn(page, params.locale);
    await unsubscribe(services, params);
    const { unsubscribed: title, unsubscribedBody: text } = wordsIn[locale];
    return send(services, reply, { locale, path: pathOf(request), title, text });
  });
}

async function readPageFor({ control, notify }: NotifyServices): Promise<Page> {
  const page = await findPage((sql, values) => control.query(sql, values), notify);
  if (page !== undefined) return page;
  throw new Failure({ code: "not-found", message: "There is no status page here." });
}

function localeIn(page: Page, text: string): Locale {
  const locale = localeSchema.safeParse(text);
  if (locale.success && page.locales.includes(locale.data)) return locale.data;
  return page.locales[0] ?? "en";
}

async function send(
  { publication, control }: PageServices,
  reply: FastifyReply,
  { path, button, ...content }: Content,
): Promise<FastifyReply> {
  const model = publication.model ?? (await readPageModel(control));
  if (model === undefined) throw new Failure({ code: "not-found", message: "There is no status page here." });
  const form = button === undefined ? {} : { form: { action: path.split("/").at(-1) ?? "", button } };
  return reply
    .header("content-security-policy", policy)
    .header("x-robots-tag", "noindex")
    .type("text/html; charset=utf-8")
    .send(messagePage({ ...content, ...form, model, path, now: new Date() }));
}

/** Of a request below /status/, without what follows a question mark. */
function pathOf({ url }: FastifyRequest): string {
  return url.replace(/^\/status\//, "").replace(/[?#].*$/, "");
}

/** What a reader of the page can do about it, in their language; everything else as everywhere. */
async function answerError(
  services: PageServices,
  { error, request, reply }: { error: unknown; request: FastifyRequest; reply: FastifyReply },
): Promise<FastifyReply> {
  const page = await readPageFor(services).catch(() => undefined);
  const { code } = factsOf(error);
  const status = Reflect.get(error as object, "statusCode") === 429 ? 429 : 400;
  const known = ["address-not-valid", "input-not-valid", "mail-not-set-up"].includes(code) || status === 429;
  if (page === undefined || !known) throw error;
  const { locale = "" } = (request.params ?? {}) as { locale?: string };
  const words = wordsIn[localeIn(page, locale)];
  const text = status === 429 ? words.tooOften : code === "mail-not-set-up" ? words.noMail : words.badAddress;
  return send(services, reply.status(status), {
    locale: localeIn(page, locale),
    path: pathOf(request),
    title: words.notTaken,
    text,
  });
}
