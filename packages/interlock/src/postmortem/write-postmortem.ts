import { locales, type Locale } from "../api/localised.ts";
import type { Postmortem } from "../api/postmortems.ts";
import type { Caller } from "../access/caller.ts";
import type { Control } from "../control/control.ts";
import { Failure } from "../std/failure.ts";
import { lockPostmortem } from "./find-postmortem.ts";
import { insertTexts, type NewText } from "./insert-texts.ts";
import { unknownPlaceholders } from "./placeholders.ts";
import { readLatestTexts, type TextRow } from "./postmortem.ts";
import { readPostmortem } from "./read-postmortem.ts";
import { internalSections, sectionKeys, type Sections } from "./sections.ts";

type Texts = { [locale in Locale]?: Sections | undefined };

/**
 * Writes sections of a post-mortem, in one language or in several that belong together. A language that is written alone
 * and was not behind makes the others stale; one that was behind has caught up then. What was in review or published goes
 * back to be read again; the public goes on reading the edition that was published. Throws `Failure` "not-found",
 * "forbidden", "conflict" or "input-not-valid".
 */
export async function writePostmortem(
  { control }: { control: Control },
  {
    incident,
    texts,
    correction,
    revision,
    caller,
  }: { incident: string; texts: Texts; correction: boolean; revision: number; caller: Caller },
): Promise<Postmortem> {
  checkTexts(texts);
  return control.transact(async ({ query, audit, emit }) => {
    const row = await lockPostmortem(query, { incident, revision, caller });
    const written = nextTexts(await readLatestTexts(query, row.id), { texts, correction });
    await insertTexts(query, {
      postmortem: row.id,
      texts: written,
      isCorrection: correction,
      by: caller.owner,
    });
    await query(
      `update interlock_control.postmortems
          set stage = 'draft', reviewer = null, review_note = case when stage = 'draft' then review_note end,
              submitted_at = null, approved_at = null, revision = revision + 1
        where id = $1::text and revision = $2::integer`,
      [row.id, revision],
    );
    const { environment, reference } = row;
    const detail = {
      incident: reference,
      correction,
      texts: written.map(({ locale, revision: at }) => ({ locale, revision: at })),
    };
    audit({ actor: caller.owner, action: "postmortem.write", environment, subject: row.id, detail });
    emit({ kind: "postmortem-written", environment, subject: row.incident, detail });
    return readPostmortem(query, row.incident);
  });
}

/** The texts that follow on those that hold. Pure. */
export function nextTexts(
  latest: readonly Pick<TextRow, "locale" | "revision" | "round" | "sections">[],
  { texts, correction }: { texts: Texts; correction: boolean },
): NewText[] {
  const newest = Math.max(0, ...latest.map(({ round }) => round));
  const written = locales.filter((locale) => texts[locale] !== undefined);
  const before = (locale: Locale): (typeof latest)[number] | undefined =>
    latest.find((one) => one.locale === locale);
  // Somebody who only writes languages that are behind, or new, catches up with what is said already.
  const catchesUp = written.every((locale) => (before(locale)?.round ?? 0) < newest);
  return written.map((locale) => {
    const last = before(locale);
    const own = last?.round ?? newest;
    return {
      locale,
      revision: (last?.revision ?? 0) + 1,
      round: Math.max(1, correction ? own : catchesUp ? newest : newest + 1),
      sections: { ...last?.sections, ...texts[locale] },
    };
  });
}

function checkTexts(texts: Texts): void {
  for (const locale of locales) {
    for (const key of sectionKeys) {
      const text = texts[locale]?.[key] ?? "";
      const [unknown] = unknownPlaceholders(text);
      if (unknown !== undefined) {
        throw notWritten(
          `There is no fact called {{${unknown}}} (${locale}, ${key}).`,
          "See which there are in docs/guide/postmortems.md.",
        );
      }
      if (text.includes("{{statements}}") && !internalSections.includes(key)) {
        throw notWritten(
          `{{statements}} shows SQL, and ${key} is public (${locale}).`,
          "Write it in the section statements or notes.",
        );
      }
    }
  }
}

function notWritten(message: string, next: string): Failure {
  return new Failure({ code: "input-not-valid", message, state: "Nothing was written.", next });
}
