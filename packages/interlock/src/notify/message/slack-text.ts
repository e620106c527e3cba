import type { Locale } from "../../api/localised.ts";
import { sayMoment } from "../../language/moment.ts";
import { textIn } from "../../language/text-in.ts";
import type { Page } from "../page/read-page.ts";
import { headerRows, statusLabel } from "./header-rows.ts";
import type { SaidUpdate, ThreadFacts } from "./thread-facts.ts";
import { confirmUrl, threadUrl, unsubscribeUrl } from "./urls.ts";
import { wordsIn } from "./words.ts";

interface Reader {
  locale: Locale;
  token: string;
}

/** Of a message, in characters; Slack takes 40,000. */
const longest = 3_000;

/** What an incoming webhook of Slack takes, and Mattermost, Rocket.Chat and others like it. */
export function slackUpdate(
  facts: ThreadFacts,
  { update, locale, token }: Reader & { update: SaidUpdate },
): object {
  const { page } = facts;
  const title = textIn(facts.titles, locale)?.text ?? facts.reference;
  const url = threadUrl(page, { ...facts, locale });
  const rows = headerRows(facts, locale).map(
    ({ label, text }) => `${escapeSlack(label)}: ${escapeSlack(text)}`,
  );
  const when = sayMoment(update.occurredAt, { locale, timeZone: page.timeZone });
  return slackMessage([
    `*${escapeSlack(statusLabel(update.status, locale))}* · <${url}|${escapeSlack(title)}>`,
    `${escapeSlack(when)}\n${escapeSlack(textIn(update.texts, locale)?.text ?? "")}`,
    rows.join("\n"),
    `<${unsubscribeUrl(page, { locale, token })}|${escapeSlack(wordsIn[locale].unsubscribe)}>`,
  ]);
}

export function slackPostmortem(facts: ThreadFacts, { locale, token }: Reader): object {
  const words = wordsIn[locale];
  const title = words.postmortemSubject(textIn(facts.titles, locale)?.text ?? facts.reference);
  const url = threadUrl(facts.page, { ...facts, locale });
  return slackMessage([
    `<${url}|${escapeSlack(title)}>`,
    escapeSlack(words.postmortemBody),
    `<${unsubscribeUrl(facts.page, { locale, token })}|${escapeSlack(words.unsubscribe)}>`,
  ]);
}

export function slackConfirmation(page: Page, { locale, token }: Reader): object {
  const words = wordsIn[locale];
  const pageName = textIn(page.names, locale)?.text ?? "";
  return slackMessage([
    escapeSlack(words.confirmBody(pageName)),
    `<${confirmUrl(page, { locale, token })}|${escapeSlack(words.confirmButton)}>`,
  ]);
}

export function slackMessage(paragraphs: readonly string[]): object {
  const text = paragraphs.filter((paragraph) => paragraph !== "").join("\n\n");
  return {
    text: text.length > longest ? `${text.slice(0, longest)}…` : text,
    unfurl_links: false,
    unfurl_media: false,
  };
}

/** Slack's own three: nothing that somebody wrote becomes a link, a mention of everybody, or markup of a link. */
export function escapeSlack(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("|", "¦");
}
