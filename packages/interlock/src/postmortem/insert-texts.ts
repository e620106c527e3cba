import type { Locale } from "../api/localised.ts";
import type { Control } from "../control/control.ts";
import type { Sections } from "./sections.ts";

/** A text as it is kept: never changed, only followed by another one. */
export interface NewText {
  locale: Locale;
  revision: number;
  round: number;
  sections: Sections;
}

/** Keeps texts, inside a transaction that has the post-mortem locked. */
export async function insertTexts(
  query: Control["query"],
  {
    postmortem,
    texts,
    isCorrection,
    by,
  }: { postmortem: string; texts: readonly NewText[]; isCorrection: boolean; by: string },
): Promise<void> {
  for (const { locale, revision, round, sections } of texts) {
    await query(
      `insert into interlock_control.postmortem_texts
         (postmortem, locale, revision, round, sections, is_correction, written_by)
       values ($1::text, $2::text, $3::integer, $4::integer, $5::jsonb, $6::boolean, $7::text)`,
      [postmortem, locale, revision, round, JSON.stringify(sections), isCorrection, by],
    );
  }
}
