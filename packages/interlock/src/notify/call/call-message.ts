import { headerLabels, impactLabels, roleLabels } from "../../language/labels.ts";
import { sayMoment, sayTime } from "../../language/moment.ts";
import { textIn } from "../../language/text-in.ts";
import type { LetterText } from "../mail/letter.ts";
import { renderHtml, renderText, type Block } from "../message/blocks.ts";
import { hostOf } from "../message/urls.ts";
import { escapeSlack, slackMessage } from "../message/slack-text.ts";
import type { ImpactStatus } from "../../api/incidents.ts";
import { callWords } from "./call-words.ts";
import type { CallFacts } from "./read-call.ts";

/** `P1 INC-12: E-commerce payments fail`. */
function titleOf({ call }: CallFacts): string {
  const { priority, reference, titles, locale } = call;
  return `${priority} ${reference}: ${textIn(titles, locale)?.text ?? ""}`;
}

function rowsOf(facts: CallFacts): { label: string; text: string }[] {
  const { call, components, culprit, startedAt, timeZone } = facts;
  const { locale, environment, answerBy } = call;
  const words = callWords[locale];
  const place = { locale, timeZone };
  const affected = components.map(
    ({ key, names, status }) =>
      `${textIn(names, locale)?.text ?? key} (${impactLabels[status as ImpactStatus][locale]})`,
  );
  return [
    { label: words.environment, text: environment },
    { label: headerLabels.start[locale], text: sayMoment(startedAt, place) },
    ...(affected.length === 0 ? [] : [{ label: headerLabels.affected[locale], text: affected.join(", ") }]),
    ...(culprit === undefined ? [] : [{ label: words.culprit, text: `${culprit.title} (${culprit.who})` }]),
    { label: words.answerBy, text: sayTime(answerBy, place) },
  ];
}

/** What a responder is sent as email. */
export function callLetter(facts: CallFacts): LetterText {
  const { call, answerUrl, page } = facts;
  const { locale, role, reference } = call;
  const words = callWords[locale];
  const title = titleOf(facts);
  const blocks: Block[] = [
    { kind: "heading", text: title, level: 1 },
    { kind: "paragraph", text: words.called(roleLabels[role][locale], reference) },
    answerUrl === null
      ? { kind: "paragraph", text: words.without(reference) }
      : { kind: "link", text: words.answer, url: answerUrl },
    { kind: "facts", rows: rowsOf(facts) },
  ];
  return {
    subject: title,
    text: renderText(blocks, locale),
    html: renderHtml(blocks, { locale, title }),
    references: page === undefined ? [] : [`<unit.${call.incident}@${hostOf(page)}>`],
  };
}

/** What an incoming webhook of Slack is sent. */
export function callSlack(facts: CallFacts): object {
  const { call, answerUrl } = facts;
  const { locale, role, reference } = call;
  const words = callWords[locale];
  return slackMessage([
    `*${escapeSlack(titleOf(facts))}*`,
    escapeSlack(`${call.person}: ${words.called(roleLabels[role][locale], reference)}`),
    rowsOf(facts)
      .map(({ label, text }) => `${escapeSlack(label)}: ${escapeSlack(text)}`)
      .join("\n"),
    answerUrl === null
      ? escapeSlack(words.without(reference))
      : `<${answerUrl}|${escapeSlack(words.answer)}>`,
  ]);
}

/** What a webhook of one's own is sent, to ring whatever it rings. */
export function callBody({ call, answerUrl, components, culprit, startedAt }: CallFacts): object {
  return {
    type: "unit.called",
    call: {
      id: call.call,
      person: call.person,
      role: call.role,
      level: call.level,
      called_at: call.calledAt.toISOString(),
      answer_by: call.answerBy.toISOString(),
      answer_url: answerUrl,
    },
    incident: {
      id: call.incident,
      reference: call.reference,
      environment: call.environment,
      priority: call.priority,
      titles: call.titles,
      started_at: startedAt.toISOString(),
      components,
      culprit:
        culprit === undefined
          ? null
          : { key: culprit.key, kind: culprit.kind, title: culprit.title, at: culprit.at, who: culprit.who },
    },
  };
}
