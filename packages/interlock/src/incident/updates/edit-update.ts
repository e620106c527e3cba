import { locales as allLocales, type Locale } from "../../api/localised.ts";
import type { Update, UpdateEdit } from "../../api/updates.ts";
import type { Caller } from "../../access/caller.ts";
import type { Control } from "../../control/control.ts";
import { appendToTimeline } from "../append-to-timeline.ts";
import { alreadyEnded, conflict, notValid } from "../refused.ts";
import { readPageLanguage } from "../status-page/read-status-page.ts";
import { changeUpdate, type UpdateChange } from "./change-update.ts";
import { plainText } from "./compose-texts.ts";
import { gapsOf, requireComplete } from "./require-complete.ts";
import { currentRound, type TextRow, type UpdateRow } from "./update.ts";
import { appendText } from "./write-update.ts";

/** What an edit does: which texts it writes, in which round. */
interface EditPlan {
  texts: { locale: Locale; body: string; revision: number; round: number }[];
  /** Whether the meaning changed: languages that are not written go stale. */
  isNewRound: boolean;
}

/**
 * Writes texts of an update anew; every text that it had stays. Changing a language that is up to date changes the
 * meaning: the others are stale until they are written or confirmed, and of a published update that needs a reason.
 * Writing only what was missing or stale brings it up to the others. A correction is a slip of the pen: nothing goes
 * stale and nobody is told. Throws `Failure` "conflict" where somebody else wrote a text since it was read,
 * "language-stale", "already-ended" for a withdrawn one, "input-not-valid", "not-found" or "forbidden".
 */
export async function editUpdate(
  { control }: { control: Control },
  { update: id, edit, caller }: { update: string; edit: UpdateEdit; caller: Caller },
): Promise<Update> {
  return changeUpdate(control, { update: id, caller }, async (change) => {
    const { transaction, update, at } = change;
    const { query } = transaction;
    if (update.state === "withdrawn") throw alreadyEnded(`${id} was withdrawn.`);
    const plan = planEdit(update, edit);
    let incompleteReason: string | undefined;
    if (update.state === "published" && !edit.isCorrection) {
      const { locales } = await readPageLanguage(query);
      incompleteReason = requireComplete(gapsOf(textsAfter(update, plan), locales), {
        reason: edit.incompleteReason,
        command: `interlock incident edit ${id} …`,
      });
    }
    for (const text of plan.texts) {
      await appendText(query, {
        update: id,
        ...text,
        isCorrection: edit.isCorrection,
        at,
        actor: caller.owner,
      });
    }
    const isTold = update.state === "published" && plan.isNewRound && !edit.isCorrection;
    const rows = await query(editSql, [id, at, isTold, incompleteReason ?? null, update.state]);
    if (rows.length === 0) throw conflict(`${id} was changed by somebody else just now.`);
    await tellEdited(change, {
      what: edit.isCorrection ? "corrected" : "edited",
      locales: plan.texts.map(({ locale }) => locale),
      isTold,
      actor: caller.owner,
    });
  });
}

/** The timeline, the audit log and whoever follows events hear that texts are other than they were. */
export async function tellEdited(
  { transaction: { query, audit, emit }, update, environment, reference, at }: UpdateChange,
  told: { what: "edited" | "corrected" | "confirmed"; locales: Locale[]; isTold: boolean; actor: string },
): Promise<void> {
  const { id, incident, maintenance, state, revision } = update;
  const { what, locales, isTold, actor } = told;
  const detail = { reference, update: id, what, locales, isTold, revision: isTold ? revision + 1 : revision };
  const of = incident === null ? { maintenance: maintenance ?? "" } : { incident };
  await appendToTimeline(query, { ...of, at, kind: `update-${what}`, actor, detail });
  audit({
    actor,
    action: `update.${what === "edited" ? "edit" : what === "corrected" ? "correct" : "confirm"}`,
    environment,
    subject: id,
    detail,
  });
  if (state === "published")
    emit({ kind: "update-edited", environment, subject: id, detail: { ...detail, ...of } });
}

function planEdit(
  { id, texts }: UpdateRow,
  { texts: written, revisions, isCorrection }: UpdateEdit,
): EditPlan {
  const round = currentRound(texts);
  const edited = allLocales.flatMap((locale) => {
    const body = written[locale];
    if (body === undefined) return [];
    const known = texts.find((text) => text.locale === locale);
    if (known?.revision !== revisions[locale]) throw writtenSince(id, locale, known);
    if (isCorrection && known === undefined) {
      throw notValid(`There is no text in ${locale} that could be corrected.`, {
        next: "Leave --correction out.",
      });
    }
    return [{ locale, body: plainText(body), known }];
  });
  const changed = edited.filter(({ body, known }) => known?.body !== body || known.round < round);
  if (changed.length === 0) throw conflict(`The texts of ${id} are that already.`);
  const isNewRound = !isCorrection && changed.some(({ known }) => known?.round === round);
  const next = isNewRound ? round + 1 : round;
  return {
    isNewRound,
    // A text that is given again as it was, beside one that changes, is confirmed by that.
    texts: (isNewRound ? edited : changed).map(({ locale, body, known }) => ({
      locale,
      body,
      revision: (known?.revision ?? 0) + 1,
      round: isCorrection ? (known?.round ?? round) : next,
    })),
  };
}

function textsAfter({ texts }: UpdateRow, plan: EditPlan): { locale: Locale; isStale: boolean }[] {
  const others = texts.filter(({ locale }) => !plan.texts.some((text) => text.locale === locale));
  const all = [...others, ...plan.texts];
  const round = Math.max(...all.map((text) => text.round));
  return all.map(({ locale, round: of }) => ({ locale, isStale: of < round }));
}

function writtenSince(id: string, locale: Locale, known: TextRow | undefined): Error {
  const now =
    known === undefined
      ? "there is none"
      : `it is revision ${String(known.revision)}, by ${known.written_by}`;
  return conflict(`The text in ${locale} of ${id} is another one than you read.`, {
    why: `Somebody wrote it since: ${now}.`,
    next: "Read it and write anew: interlock incident show INC-…",
  });
}

const editSql = `update interlock_control.updates
     set edited_at = case when state = 'published' then $2::timestamptz end,
         revision = revision + case when $3::boolean then 1 else 0 end,
         incomplete_reason = coalesce($4::text, incomplete_reason)
   where id = $1::text and state = $5::text returning id`;
