import { locales, type Locale } from "../api/localised.ts";
import type { Postmortem } from "../api/postmortems.ts";
import type { Control } from "../control/control.ts";
import { missingSections, type Sections } from "./sections.ts";

/** A post-mortem with its incident, as the control database has it. */
export interface PostmortemRow {
  id: string;
  incident: string;
  reference: string;
  environment: string;
  incident_status: string;
  stage: Postmortem["stage"];
  state: Postmortem["state"];
  edition: number;
  author: string;
  reviewer: string | null;
  review_note: string | null;
  published_at: Date | null;
  edited_at: Date | null;
  created_at: Date;
  revision: number;
}

export const selectPostmortem = `select p.id, p.incident, 'INC-' || i.number as reference, i.environment, i.status as incident_status, p.stage, p.state,
    p.edition, p.author, p.reviewer, p.review_note, p.published_at, p.edited_at, p.created_at, p.revision
  from interlock_control.postmortems p join interlock_control.incidents i on i.id = p.incident`;

/** The text of a language that holds, or of one edition. */
export interface TextRow {
  locale: Locale;
  revision: number;
  round: number;
  sections: Sections;
  written_at: Date;
  written_by: string;
}

/** The latest text of each language. */
export async function readLatestTexts(query: Control["query"], postmortem: string): Promise<TextRow[]> {
  return query<TextRow>(
    `select distinct on (locale) locale, revision, round, sections, written_at, written_by
       from interlock_control.postmortem_texts where postmortem = $1::text order by locale, revision desc`,
    [postmortem],
  );
}

/** The languages of a set of texts that are behind the others. */
export function staleLocales(texts: readonly Pick<TextRow, "locale" | "round">[]): Locale[] {
  const latest = Math.max(0, ...texts.map(({ round }) => round));
  return texts.flatMap(({ locale, round }) => (round < latest ? [locale] : []));
}

/** What stands against publishing these texts: languages that are missing or stale, and sections that say nothing. */
export function problemsOf(texts: readonly TextRow[], required: readonly Locale[]): string[] {
  const stale = staleLocales(texts);
  return required.flatMap((locale) => {
    const text = texts.find((one) => one.locale === locale);
    if (text === undefined) return [`${locale} is missing`];
    const missing = missingSections(text.sections);
    return [
      ...(stale.includes(locale) ? [`${locale} is stale: another language was changed after it`] : []),
      ...(missing.length === 0 ? [] : [`${locale} says nothing in ${missing.join(", ")}`]),
    ];
  });
}

/** A post-mortem as it goes over the wire, its suggestions aside. */
export function postmortemOf(
  row: PostmortemRow,
  { texts, required }: { texts: readonly TextRow[]; required: readonly Locale[] },
): Omit<Postmortem, "suggestions"> {
  const stale = staleLocales(texts);
  const shown = locales.filter(
    (locale) => required.includes(locale) || texts.some((text) => text.locale === locale),
  );
  return {
    id: row.id,
    incident: { id: row.incident, reference: row.reference, environment: row.environment },
    state: row.state,
    stage: row.stage,
    edition: row.edition,
    author: row.author,
    reviewer: row.reviewer,
    reviewNote: row.review_note,
    publishedAt: row.published_at?.toISOString() ?? null,
    editedAt: row.edited_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    revision: row.revision,
    texts: shown.map((locale) => {
      const text = texts.find((one) => one.locale === locale);
      const sections = text?.sections ?? {};
      return {
        locale,
        revision: text?.revision ?? 0,
        isStale: stale.includes(locale),
        isRequired: required.includes(locale),
        sections,
        missing: missingSections(sections),
        writtenAt: text?.written_at.toISOString() ?? null,
        writtenBy: text?.written_by ?? null,
      };
    }),
    problems: problemsOf(texts, required),
  };
}
