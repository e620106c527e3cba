import type { Postmortem } from "../api/postmortems.ts";
import type { Caller } from "../access/caller.ts";
import type { Control } from "../control/control.ts";
import { appendToTimeline } from "../incident/append-to-timeline.ts";
import { Failure } from "../std/failure.ts";
import { lockPostmortem } from "./find-postmortem.ts";
import { problemsOf, readLatestTexts, type PostmortemRow } from "./postmortem.ts";
import { readFacts } from "./read-facts.ts";
import { readPostmortem } from "./read-postmortem.ts";
import { wrongStage } from "./wrong-stage.ts";

/**
 * Publishes what was approved, and with the first edition sets the incident's status to postmortem. A later edition is
 * marked as edited. Throws `Failure` "not-found", "forbidden", "conflict" before it was approved or before the incident is
 * resolved, or "not-complete" where a required language is missing or stale and no reason is given.
 */
export async function publishPostmortem(
  { control }: { control: Control },
  {
    incident,
    incompleteReason,
    revision,
    caller,
  }: { incident: string; incompleteReason?: string | undefined; revision: number; caller: Caller },
): Promise<Postmortem> {
  return control.transact(async ({ query, audit, emit }) => {
    const row = await lockPostmortem(query, { incident, revision, caller });
    if (row.stage !== "approved") throw wrongStage(row, "published");
    await query("select from interlock_control.incidents where id = $1::text for update", [row.incident]);
    const facts = await readFacts(query, row.incident);
    if (facts.status !== "resolved" && facts.status !== "postmortem") throw notResolved(row, facts.status);
    const texts = await readLatestTexts(query, row.id);
    const problems = problemsOf(texts, facts.locales);
    if (problems.length > 0 && incompleteReason === undefined) throw notComplete(row, problems);
    const edition = row.edition + 1;
    const isEdit = edition > 1;
    await query(
      `insert into interlock_control.postmortem_editions
         (postmortem, edition, revisions, incomplete_reason, reviewed_by, published_by)
       values ($1::text, $2::integer, $3::jsonb, $4::text, $5::text, $6::text)`,
      [
        row.id,
        edition,
        JSON.stringify(Object.fromEntries(texts.map((text) => [text.locale, text.revision]))),
        problems.length > 0 ? (incompleteReason ?? null) : null,
        row.reviewer,
        caller.owner,
      ],
    );
    await query(
      `update interlock_control.postmortems
          set stage = 'published', edition = $3::integer, revision = revision + 1,
              published_at = coalesce(published_at, clock_timestamp()),
              edited_at = case when $3::integer > 1 then clock_timestamp() end
        where id = $1::text and revision = $2::integer`,
      [row.id, revision, edition],
    );
    await query(
      `update interlock_control.incidents set status = 'postmortem', revision = revision + 1
        where id = $1::text and status = 'resolved'`,
      [row.incident],
    );
    const { environment, reference } = row;
    const detail = {
      incident: reference,
      postmortem: row.id,
      edition,
      isEdit,
      locales: texts.map(({ locale }) => locale),
      ...(problems.length > 0 ? { incompleteReason } : {}),
    };
    await appendToTimeline(query, {
      incident: row.incident,
      at: new Date(),
      kind: isEdit ? "postmortem-edited" : "postmortem-published",
      actor: caller.owner,
      isPublic: true,
      detail: { edition },
    });
    audit({ actor: caller.owner, action: "postmortem.publish", environment, subject: row.id, detail });
    emit({
      kind: isEdit ? "postmortem-edited" : "postmortem-published",
      environment,
      subject: row.incident,
      detail,
    });
    return readPostmortem(query, row.incident);
  });
}

function notResolved({ reference }: PostmortemRow, status: string): Failure {
  return new Failure({
    code: "conflict",
    message: `${reference} is not resolved yet.`,
    why: `It is ${status}; the analysis of what still goes on would be out of date when it is read.`,
    state: "Nothing was published.",
    next: `Resolve it first: interlock incident resolve ${reference}`,
  });
}

function notComplete({ reference }: PostmortemRow, problems: readonly string[]): Failure {
  return new Failure({
    code: "not-complete",
    message: "The post-mortem is not complete in every required language.",
    why: problems.join("\n"),
    state: "Nothing was published.",
    next: `Write what is missing (interlock postmortem write ${reference} --locale …), or say why it has to go out now: --incomplete '…'`,
  });
}
