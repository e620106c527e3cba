import type { Locale } from "../../api/localised.ts";
import type { Update } from "../../api/updates.ts";
import type { Caller } from "../../access/caller.ts";
import type { Control } from "../../control/control.ts";
import { alreadyEnded, conflict, notValid } from "../refused.ts";
import { changeUpdate } from "./change-update.ts";
import { tellEdited } from "./edit-update.ts";
import { currentRound } from "./update.ts";
import { appendText } from "./write-update.ts";

/**
 * Says that stale texts still say what the others do: they are stale no more. Throws `Failure` "conflict" for one that
 * is not stale, "input-not-valid" for one that is not there, "already-ended", "not-found" or "forbidden".
 */
export async function confirmUpdate(
  { control }: { control: Control },
  { update: id, locales, caller }: { update: string; locales: readonly Locale[]; caller: Caller },
): Promise<Update> {
  return changeUpdate(control, { update: id, caller }, async (change) => {
    const { transaction, update, at } = change;
    if (update.state === "withdrawn") throw alreadyEnded(`${id} was withdrawn.`);
    const round = currentRound(update.texts);
    const confirmed = [...new Set(locales)];
    for (const locale of confirmed) {
      const text = update.texts.find((known) => known.locale === locale);
      if (text === undefined) {
        throw notValid(`There is no text in ${locale}.`, {
          next: `Write it: interlock incident edit ${id} --${locale} '…'`,
        });
      }
      if (text.round === round) throw conflict(`The text in ${locale} of ${id} is not stale.`);
      const { body, revision } = text;
      const written = { update: id, locale, body, revision: revision + 1, round, isCorrection: false };
      await appendText(transaction.query, { ...written, at, actor: caller.owner });
    }
    await tellEdited(change, { what: "confirmed", locales: confirmed, isTold: false, actor: caller.owner });
  });
}
