import type { FastifyPluginAsync, FastifyReply } from "fastify";
import { localeSchema, type Locale } from "../api/localised.ts";
import type { Control } from "../control/control.ts";
import { referenceOf } from "../incident/incident.ts";
import { findIncident } from "../incident/find-incident.ts";
import { answerByToken, findCallByToken } from "../incident/unit/answer-by-token.ts";
import { roleLabels } from "../language/labels.ts";
import { textIn } from "../language/text-in.ts";
import { Failure } from "../std/failure.ts";
import { statusOfFailure } from "./status-of-failure.ts";

/** From one address in a minute: tokens can't be guessed, and nobody has to be let try. */
const mostLooks = 60;

const words: Readonly<Record<Locale, { button: string; done: string; before: string; wrong: string }>> = {
  fr: {
    button: "Je prends l’appel",
    done: "C’est noté, merci.",
    before: "Il a déjà été répondu à cet appel.",
    wrong: "Ce lien n’est plus valable.",
  },
  en: {
    button: "I am on it",
    done: "Noted, thank you.",
    before: "This call was answered before.",
    wrong: "This link is not valid any more.",
  },
  it: {
    button: "Me ne occupo io",
    done: "Annotato, grazie.",
    before: "A questa chiamata è già stato risposto.",
    wrong: "Questo link non è più valido.",
  },
};

/**
 * Where the link of a call leads. There is no token of the API: whoever has the message may answer. Looking answers
 * nothing, since mail servers follow links by themselves; the button does, once.
 */
export function answerCallPage({ control }: { control: Control }): FastifyPluginAsync {
  return async (app) => {
    // A form without fields; what else is sent is not read.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: 1_024 }, (_request, _body, done) => {
      done(null, undefined);
    });
    const options = { schema: { hide: true }, config: { rateLimit: { max: mostLooks, timeWindow: 60_000 } } };
    app.get<{ Params: { token: string }; Querystring: { lang?: string } }>(
      "/answer/:token",
      options,
      async (request, reply) => {
        const locale = localeOf(request.query.lang);
        return answering(reply, locale, async () => {
          const call = await findCallByToken(control.query, request.params.token);
          const row = await findIncident(control.query, call.incident);
          const title = `${referenceOf(row)} · ${textIn(row.titles, locale)?.text ?? ""}`;
          const role = `${call.person} · ${roleLabels[call.role][locale]}`;
          const form = `<form method="post"><button>${escape(words[locale].button)}</button></form>`;
          const answered = call.answeredAt !== null || row.closed_at !== null;
          return page(
            locale,
            title,
            `<p>${escape(role)}</p>${answered ? `<p>${escape(words[locale].before)}</p>` : form}`,
          );
        });
      },
    );
    app.post<{ Params: { token: string }; Querystring: { lang?: string } }>(
      "/answer/:token",
      options,
      async (request, reply) => {
        const locale = localeOf(request.query.lang);
        return answering(reply, locale, async () => {
          const { row, person } = await answerByToken({ control }, request.params.token);
          return page(locale, `${referenceOf(row)} · ${person}`, `<p>${escape(words[locale].done)}</p>`);
        });
      },
    );
  };
}

async function answering(
  reply: FastifyReply,
  locale: Locale,
  work: () => Promise<string>,
): Promise<FastifyReply> {
  reply.header("content-type", "text/html; charset=utf-8");
  // The address is a secret as long as the call is not answered.
  reply.header("cache-control", "no-store");
  reply.header(
    "content-security-policy",
    "default-src 'none';form-action 'self';frame-ancestors 'none';base-uri 'none'",
  );
  try {
    return await reply.send(await work());
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const text = error.code === "already-ended" ? words[locale].before : words[locale].wrong;
    const status = statusOfFailure(error.code);
    return reply
      .status(status >= 500 ? 503 : status)
      .send(page(locale, "Interlock", `<p>${escape(text)}</p>`));
  }
}

function localeOf(text: unknown): Locale {
  return localeSchema.catch("en").parse(text);
}

function page(locale: Locale, title: string, body: string): string {
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>${escape(title)}</title>`;
  return `<!doctype html><html lang="${locale}"><head>${head}</head><body><main><h1>${escape(title)}</h1>${body}</main></body></html>`;
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (letter) => `&#${String(letter.codePointAt(0))};`);
}
