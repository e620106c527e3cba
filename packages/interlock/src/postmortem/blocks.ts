import type { Locale } from "../api/localised.ts";
import { sayDay, sayMoment } from "../language/moment.ts";
import { textIn } from "../language/text-in.ts";
import type { PostmortemFacts, ShownAction } from "./facts.ts";
import { codeBlock, codeInline, escapeMarkdown, table } from "./markdown.ts";
import type { Audience } from "./sections.ts";
import { say } from "./wording/say.ts";

/** Whom a block is written for. */
export interface Reader {
  locale: Locale;
  audience: Audience;
}

/** The overview: what happened, line by line, from fields alone. */
export function timelineBlock(facts: PostmortemFacts, { locale, audience }: Reader): string {
  const { moments, timeZone, recoveredAt, endedAt } = facts;
  const endsWithRecovery = recoveredAt !== null && recoveredAt.getTime() === endedAt?.getTime();
  return moments
    .map(({ at, kind, internal }) => {
      const key = kind === "recovered" && endsWithRecovery ? "moment-recovered-ended" : `moment-${kind}`;
      const text = say(key as "moment-started", { locale });
      const more = audience === "internal" && internal !== null ? ` ${codeInline(short(internal))}` : "";
      return `- **${sayMoment(at, { locale, timeZone })}** — ${text}${more}`;
    })
    .join("\n");
}

/** Statements can be long; the beginning says which one it is. */
function short(text: string): string {
  return text.length > 160 ? `${text.slice(0, 159)}…` : text;
}

/** Symptom → action. Who sees to it is the company's own business; that the gate enforces it is everybody's. */
export function actionsBlock(facts: PostmortemFacts, { locale, audience }: Reader): string {
  const isInternal = audience === "internal";
  const shown = facts.actions.filter(
    ({ isPublic, state }) => isInternal || (isPublic && state !== "dropped"),
  );
  if (shown.length === 0) return say("none", { locale });
  const heading = (key: "number" | "symptom" | "action" | "owner" | "due" | "state"): string =>
    say(`column-${key}`, { locale });
  const headings = isInternal
    ? [
        heading("number"),
        heading("symptom"),
        heading("action"),
        heading("owner"),
        heading("due"),
        heading("state"),
      ]
    : [heading("symptom"), heading("action")];
  const rows = shown.map((action) => {
    const symptom = escapeMarkdown(textIn(action.symptoms, locale)?.text ?? "");
    const text = escapeMarkdown(textIn(action.texts, locale)?.text ?? "");
    const state = stateOf(action, facts, locale);
    // Two columns, so that a phone has room for both.
    if (!isInternal) return [symptom, `${text} *(${state})*`];
    const due = action.dueAt === null ? "" : sayDay(action.dueAt, { locale, timeZone: facts.timeZone });
    return [action.reference, symptom, text, escapeMarkdown(action.owner), due, state];
  });
  return table(headings, rows);
}

function stateOf(
  { state, rule, expiresAt, refused }: ShownAction,
  { timeZone }: PostmortemFacts,
  locale: Locale,
): string {
  const words = say(`state-${state}`, { locale });
  if (rule === null) return words;
  const enforced =
    expiresAt === null
      ? say("enforced", { locale })
      : say("enforced-until", { locale, values: { moment: sayMoment(expiresAt, { locale, timeZone }) } });
  return `${words}; ${enforced}; ${say("held-back", { locale, values: { count: refused } })}`;
}

/** The statements that broke, with their SQL: only for the company itself. */
export function statementsBlock(facts: PostmortemFacts, { locale, audience }: Reader): string {
  const broken = facts.cause?.broken ?? [];
  if (audience === "public" || broken.length === 0) return "";
  const headings = (["version", "statement", "sqlstate", "message"] as const).map((key) =>
    say(`column-${key}`, { locale }),
  );
  const rows = broken.map(({ appVersion, name, sqlstate, message }) => [
    codeInline(appVersion),
    codeInline(name),
    sqlstate === null ? "" : codeInline(sqlstate),
    escapeMarkdown(message),
  ]);
  const texts = broken.flatMap(({ name, appVersion, sql }) =>
    sql === null ? [] : [`${codeInline(appVersion)} ${codeInline(name)}\n\n${codeBlock(sql)}`],
  );
  return [table(headings, rows), ...texts].join("\n\n");
}
