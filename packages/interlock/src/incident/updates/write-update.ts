import type { Locale } from "../../api/localised.ts";
import type { Update } from "../../api/updates.ts";
import type { Control } from "../../control/control.ts";
import { newId } from "../../std/new-id.ts";
import type { ImpactChange } from "../set-impacts.ts";
import { isBackdated } from "../check-facts.ts";
import type { NewText, Saying } from "./compose-texts.ts";

/** Writes an update with the first texts of every language; gives back its id. */
export async function writeUpdate(
  query: Control["query"],
  written: {
    subject: { incident: string } | { maintenance: string };
    status: Update["status"];
    saying: Saying;
    texts: readonly NewText[];
    publish: boolean;
    occurredAt: Date;
    at: Date;
    notifies: boolean;
    incompleteReason: string | undefined;
    affected: readonly ImpactChange[];
    actor: string;
  },
): Promise<string> {
  const { subject, status, saying, texts, publish, occurredAt, at, actor } = written;
  const id = newId("upd");
  await query(insertSql, [
    id,
    "incident" in subject ? subject.incident : null,
    "maintenance" in subject ? subject.maintenance : null,
    status,
    saying.phrases ?? [],
    JSON.stringify(saying.values ?? {}),
    publish ? "published" : "draft",
    occurredAt,
    publish ? at : null,
    publish ? actor : null,
    publish && isBackdated(occurredAt, at),
    written.notifies,
    written.incompleteReason ?? null,
    JSON.stringify(written.affected),
    at,
    actor,
  ]);
  for (const { locale, body, round } of texts) {
    await appendText(query, { update: id, locale, body, revision: 1, round, isCorrection: false, at, actor });
  }
  return id;
}

/** Writes one text of an update. */
export async function appendText(
  query: Control["query"],
  text: {
    update: string;
    locale: Locale;
    body: string;
    revision: number;
    round: number;
    isCorrection: boolean;
    at: Date;
    actor: string;
  },
): Promise<void> {
  const { update, locale, body, revision, round, isCorrection, at, actor } = text;
  await query(textSql, [update, locale, revision, round, body, isCorrection, at, actor]);
}

const insertSql = `insert into interlock_control.updates
    (id, incident, maintenance, status, phrases, phrase_values, state, occurred_at, published_at, published_by,
     is_backdated, notifies, incomplete_reason, affected, created_at, created_by)
  values ($1::text, $2::text, $3::text, $4::text, $5::text[], $6::jsonb, $7::text, $8::timestamptz,
          $9::timestamptz, $10::text, $11::boolean, $12::boolean, $13::text, $14::jsonb, $15::timestamptz, $16::text)`;

const textSql = `insert into interlock_control.update_texts
    (update, locale, revision, round, body, is_correction, written_at, written_by)
  values ($1::text, $2::text, $3::integer, $4::integer, $5::text, $6::boolean, $7::timestamptz, $8::text)`;
