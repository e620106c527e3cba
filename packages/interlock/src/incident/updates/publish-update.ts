import type { IncidentStatus } from "../../api/incidents.ts";
import type { Update } from "../../api/updates.ts";
import type { Caller } from "../../access/caller.ts";
import type { Control } from "../../control/control.ts";
import { isBackdated } from "../check-facts.ts";
import { findIncident } from "../find-incident.ts";
import { alreadyEnded, conflict, notValid } from "../refused.ts";
import { setImpacts } from "../set-impacts.ts";
import { readPageLanguage } from "../status-page/read-status-page.ts";
import { requireStep } from "../step-refused.ts";
import { changeUpdate } from "./change-update.ts";
import { gapsOf, requireComplete } from "./require-complete.ts";
import { tellPublished } from "./say-update.ts";
import { takeStatus } from "./take-status.ts";
import { isStale } from "./update.ts";

/**
 * Publishes a draft: what it says of the incident's state and of components is so from then on. One that was written
 * without a moment of its own speaks of when it is published. Throws `Failure` "language-missing" or "language-stale"
 * unless a reason is given, "already-ended" for what is no draft any more, "not-found" or "forbidden".
 */
export async function publishUpdate(
  { control }: { control: Control },
  {
    update: id,
    incompleteReason: reason,
    caller,
  }: { update: string; incompleteReason?: string | undefined; caller: Caller },
): Promise<Update> {
  return changeUpdate(control, { update: id, caller }, async ({ transaction, update, at }) => {
    const { query } = transaction;
    if (update.state !== "draft") throw alreadyEnded(`${id} is ${update.state}.`);
    if (update.incident === null) {
      throw notValid("A maintenance has no drafts.", { next: "Say it with a step of the maintenance." });
    }
    const { locales } = await readPageLanguage(query);
    const texts = update.texts.map((text) => ({ locale: text.locale, isStale: isStale(text, update.texts) }));
    const command = `interlock incident edit ${id}`;
    const incompleteReason = requireComplete(gapsOf(texts, locales), { reason, command });
    const row = await findIncident(query, update.incident);
    const next = requireStep(row, { verb: "update", status: update.status as IncidentStatus });
    const occurredAt = update.occurred_at.getTime() === update.created_at.getTime() ? at : update.occurred_at;
    const affected = await setImpacts(query, {
      incident: row.id,
      impacts: update.affected.map(({ component, to }) => ({ component, status: to })),
      at: occurredAt,
      actor: caller.owner,
    });
    const rows = await query(publishSql, [
      id,
      at,
      caller.owner,
      occurredAt,
      isBackdated(occurredAt, at),
      incompleteReason ?? null,
      JSON.stringify(affected),
    ]);
    if (rows.length === 0) throw conflict(`${id} was changed by somebody else just now.`);
    await takeStatus({ transaction, row, at }, { next, actor: caller.owner, makesPublic: true });
    const told = {
      update: id,
      status: update.status,
      occurredAt,
      caller,
      incompleteReason: incompleteReason ?? null,
    };
    await tellPublished({ transaction, row }, told);
  });
}

const publishSql = `update interlock_control.updates
     set state = 'published', published_at = $2::timestamptz, published_by = $3::text, occurred_at = $4::timestamptz,
         is_backdated = $5::boolean, incomplete_reason = $6::text, affected = $7::jsonb
   where id = $1::text and state = 'draft' returning id`;
