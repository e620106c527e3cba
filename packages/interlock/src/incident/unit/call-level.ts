import { createHash, randomBytes } from "node:crypto";
import type { UnitRole } from "../../api/unit.ts";
import type { Sealer } from "../../access/sealer.ts";
import type { Transaction } from "../../control/control.ts";
import { newId } from "../../std/new-id.ts";
import { appendToTimeline } from "../append-to-timeline.ts";
import { referenceOf, type IncidentRow } from "../incident.ts";

/** What a call's token is sealed for. */
export function placeOfCall(call: string): string {
  return `call/${call}`;
}

/** What a call knows of the token in its link. */
export function answerHash(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/**
 * Calls the responders of a role on one level: one row for each, which the notifier sends. Where nobody is on that
 * level, the next one that has somebody is called. Gives back how many were called; the same call is made once.
 */
export async function callLevel(
  { query, emit }: Transaction,
  {
    sealer,
    row,
    role,
    level,
    round,
    at,
  }: { sealer: Sealer; row: IncidentRow; role: UnitRole; level: number; round: number; at: Date },
): Promise<number> {
  const { id: incident, environment } = row;
  const responders = await query<{ id: string; person: string; level: number; seconds: number }>(
    respondersSql,
    [environment, role, level, incident],
  );
  let called = 0;
  for (const responder of responders) {
    const id = newId("cal");
    const token = randomBytes(24).toString("base64url");
    const rows = await query(callSql, [
      id,
      incident,
      responder.id,
      responder.person,
      role,
      responder.level,
      round,
      at,
      responder.seconds,
      answerHash(token),
      sealer.seal(token, placeOfCall(id)),
    ]);
    if (rows.length === 0) continue;
    called += 1;
    const detail = {
      reference: referenceOf(row),
      call: id,
      person: responder.person,
      role,
      level: responder.level,
    };
    await appendToTimeline(query, { incident, at, kind: "called", actor: "interlock", detail });
    emit({ kind: "unit-called", environment, subject: incident, detail });
  }
  return called;
}

// Of a role that somebody has, nobody is called.
const respondersSql = `select id, person, level, answer_within_seconds as seconds
  from interlock_control.responders
 where environment = $1::text and role = $2::text and removed_at is null
   and level = (select min(level) from interlock_control.responders
                 where environment = $1::text and role = $2::text and removed_at is null and level >= $3::integer)
   and not exists (select from interlock_control.unit_roles u
                    where u.incident = $4::text and u.role = $2::text and u.ended_at is null)
 order by id`;

const callSql = `insert into interlock_control.calls
    (id, incident, responder, person, role, level, round, called_at, answer_by, answer_hash, sealed_answer)
  values ($1::text, $2::text, $3::text, $4::text, $5::text, $6::integer, $7::integer, $8::timestamptz,
          $8::timestamptz + make_interval(secs => $9::double precision), $10::text, $11::bytea)
  on conflict (incident, responder, round) do nothing
  returning id`;
