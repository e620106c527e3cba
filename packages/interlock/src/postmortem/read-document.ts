import type { Locale } from "../api/localised.ts";
import type { PostmortemDocument } from "../api/postmortems.ts";
import type { Control } from "../control/control.ts";
import { Failure } from "../std/failure.ts";
import { findPostmortem } from "./find-postmortem.ts";
import { readLatestTexts, staleLocales, type PostmortemRow, type TextRow } from "./postmortem.ts";
import { readFacts } from "./read-facts.ts";
import { renderPostmortem } from "./render-postmortem.ts";
import type { Audience } from "./sections.ts";
import { readSeries } from "./series/read-series.ts";

export interface DocumentQuestion {
  incident: string;
  locale: Locale;
  audience: Audience;
  /** The text that is worked on, or what was published last. */
  edition: "draft" | "published";
}

/** A post-mortem as somebody reads it. Throws `Failure` "not-found" where there is none, none published, or none in that language. */
export async function readDocument(
  query: Control["query"],
  { incident, locale, audience, edition }: DocumentQuestion,
): Promise<PostmortemDocument> {
  const row = await findPostmortem(query, incident);
  const texts = edition === "draft" ? await readLatestTexts(query, row.id) : await readEdition(query, row);
  const [found] = await renderTexts(query, { row, texts, locales: [locale], audience });
  if (found !== undefined) return found;
  throw new Failure({
    code: "not-found",
    message:
      edition === "published" && row.edition === 0
        ? `The post-mortem of ${row.reference} is not published.`
        : `The post-mortem of ${row.reference} has no text in ${locale}.`,
    state: "Nothing was changed.",
    next: `See how far it is: interlock postmortem show ${row.reference}`,
  });
}

/** What the public reads of an incident: the last edition in each of its languages; null before there is one. */
export async function readPublishedPostmortem(
  query: Control["query"],
  incident: string,
): Promise<{ publishedAt: Date; editedAt: Date | null; documents: PostmortemDocument[] } | null> {
  const [known] = await query<{ id: string }>(
    "select id from interlock_control.postmortems where incident = $1::text and published_at is not null",
    [incident],
  );
  if (known === undefined) return null;
  const row = await findPostmortem(query, incident);
  if (row.published_at === null) return null;
  const texts = await readEdition(query, row);
  const locales = texts.map(({ locale }) => locale);
  const documents = await renderTexts(query, { row, texts, locales, audience: "public" });
  return { publishedAt: row.published_at, editedAt: row.edited_at, documents };
}

async function renderTexts(
  query: Control["query"],
  {
    row,
    texts,
    locales,
    audience,
  }: { row: PostmortemRow; texts: readonly TextRow[]; locales: readonly Locale[]; audience: Audience },
): Promise<PostmortemDocument[]> {
  const facts = await readFacts(query, row.incident);
  const series = await readSeries(query, row.incident);
  const updates = await query<{ at: Date }>(
    `select published_at as at from interlock_control.updates
      where incident = $1::text and state = 'published' order by published_at limit 100`,
    [row.incident],
  );
  const stale = staleLocales(texts);
  return locales.flatMap((locale) => {
    const text = texts.find((one) => one.locale === locale);
    if (text === undefined) return [];
    return [
      renderPostmortem({
        facts,
        series,
        updates: updates.map(({ at }) => at),
        sections: text.sections,
        isStale: stale.includes(locale),
        publishedAt: row.published_at,
        editedAt: row.edited_at,
        locale,
        audience,
      }),
    ];
  });
}

async function readEdition(query: Control["query"], { id, edition }: PostmortemRow): Promise<TextRow[]> {
  return query<TextRow>(
    `select t.locale, t.revision, t.round, t.sections, t.written_at, t.written_by
       from interlock_control.postmortem_editions e, jsonb_each_text(e.revisions) as one (locale, revision)
       join interlock_control.postmortem_texts t
         on t.postmortem = $1::text and t.locale = one.locale and t.revision = one.revision::integer
      where e.postmortem = $1::text and e.edition = $2::integer order by t.locale`,
    [id, edition],
  );
}
