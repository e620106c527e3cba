import type { Postmortem } from "../api/postmortems.ts";
import type { Caller } from "../access/caller.ts";
import type { Control } from "../control/control.ts";
import { Failure } from "../std/failure.ts";
import { lockPostmortem } from "./find-postmortem.ts";
import type { PostmortemRow } from "./postmortem.ts";
import { readPostmortem } from "./read-postmortem.ts";
import { wrongStage } from "./wrong-stage.ts";

/**
 * Says as somebody who wrote none of it that it may be published, or what is to be changed first: then it is a draft
 * again. Throws `Failure` "not-found", "forbidden", "conflict", or "own-postmortem" for who wrote any of this edition.
 */
export async function reviewPostmortem(
  { control }: { control: Control },
  {
    incident,
    note,
    revision,
    caller,
  }: {
    incident: string;
    /** What is to be changed; null where nothing is. */ note: string | null;
    revision: number;
    caller: Caller;
  },
): Promise<Postmortem> {
  return control.transact(async ({ query, audit, emit }) => {
    const row = await lockPostmortem(query, { incident, revision, caller });
    if (row.stage !== "in-review") throw wrongStage(row, note === null ? "approved" : "sent back");
    if ((await readWriters(query, row)).includes(caller.owner)) throw ownPostmortem(row);
    await query(
      `update interlock_control.postmortems
          set stage = $3::text, reviewer = $4::text, review_note = $5::text, revision = revision + 1,
              approved_at = case when $3::text = 'approved' then clock_timestamp() end
        where id = $1::text and revision = $2::integer`,
      [row.id, revision, note === null ? "approved" : "draft", caller.owner, note],
    );
    const { environment, reference } = row;
    const verb = note === null ? "approve" : "ask-changes";
    const detail = { incident: reference, ...(note === null ? {} : { note }) };
    audit({ actor: caller.owner, action: `postmortem.${verb}`, environment, subject: row.id, detail });
    emit({
      kind: note === null ? "postmortem-approved" : "postmortem-changes-asked",
      environment,
      subject: row.incident,
      detail: { ...detail, by: caller.owner },
    });
    return readPostmortem(query, row.incident);
  });
}

/** Who wrote what is to be published: the texts since the last edition, and of the first one whoever had it drafted. */
async function readWriters(
  query: Control["query"],
  { id, edition, author }: PostmortemRow,
): Promise<string[]> {
  const rows = await query<{ written_by: string }>(
    `select distinct written_by from interlock_control.postmortem_texts t
      where postmortem = $1::text
        and revision > coalesce((select (revisions ->> t.locale)::integer from interlock_control.postmortem_editions
                                  where postmortem = $1::text and edition = $2::integer), 0)`,
    [id, edition],
  );
  return [...rows.map(({ written_by: writer }) => writer), ...(edition === 0 ? [author] : [])];
}

function ownPostmortem({ reference }: PostmortemRow): Failure {
  return new Failure({
    code: "own-postmortem",
    message: `Whoever wrote any of the post-mortem of ${reference} can't review it.`,
    why: "A review is somebody else having read it.",
    state: "It is in review; nothing was changed.",
    next: `Ask somebody else to read it: interlock postmortem approve ${reference}`,
  });
}
