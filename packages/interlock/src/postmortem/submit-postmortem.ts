import type { Postmortem } from "../api/postmortems.ts";
import type { Caller } from "../access/caller.ts";
import type { Control } from "../control/control.ts";
import { Failure } from "../std/failure.ts";
import { lockPostmortem } from "./find-postmortem.ts";
import { readPostmortem } from "./read-postmortem.ts";
import { wrongStage } from "./wrong-stage.ts";

/**
 * Hands a draft to somebody else to read. Throws `Failure` "not-found", "forbidden", "conflict", or "not-complete" where a
 * required section says nothing in every language.
 */
export async function submitPostmortem(
  { control }: { control: Control },
  { incident, revision, caller }: { incident: string; revision: number; caller: Caller },
): Promise<Postmortem> {
  return control.transact(async ({ query, audit, emit }) => {
    const row = await lockPostmortem(query, { incident, revision, caller });
    if (row.stage !== "draft") throw wrongStage(row, "handed in");
    const { texts } = await readPostmortem(query, row.incident);
    const empty = texts
      .filter(({ isRequired }) => isRequired)
      .flatMap(({ locale, missing }) => missing.map((key) => `${key} (${locale})`));
    if (empty.length > 0) {
      throw new Failure({
        code: "not-complete",
        message: "There is nothing yet for a reader to read in some sections.",
        why: `They say nothing: ${empty.join(", ")}.`,
        state: "It is a draft still; nothing was changed.",
        next: `Write them: interlock postmortem write ${row.reference} --locale ${texts[0]?.locale ?? "en"} --section root-cause --text '…'`,
      });
    }
    await query(
      `update interlock_control.postmortems
          set stage = 'in-review', submitted_at = clock_timestamp(), review_note = null, revision = revision + 1
        where id = $1::text and revision = $2::integer`,
      [row.id, revision],
    );
    const { environment, reference } = row;
    const detail = { incident: reference };
    audit({ actor: caller.owner, action: "postmortem.submit", environment, subject: row.id, detail });
    emit({ kind: "postmortem-submitted", environment, subject: row.incident, detail });
    return readPostmortem(query, row.incident);
  });
}
