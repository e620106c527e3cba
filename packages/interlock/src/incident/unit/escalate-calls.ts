import type { UnitRole } from "../../api/unit.ts";
import type { Work } from "../../control/work.ts";
import { sleep } from "../../std/sleep.ts";
import { appendToTimeline } from "../append-to-timeline.ts";
import { findIncident } from "../find-incident.ts";
import { referenceOf } from "../incident.ts";
import type { IncidentServices } from "../services.ts";
import { callLevel } from "./call-level.ts";

/** How often the leader looks whose time to answer is over. */
const everyMs = 1_000;
/** How often all levels are called before it is left at that. */
const mostRounds = 10;
/** How long it takes at least until the first level is called again. */
const shortestRoundMs = 60_000;

/** What the leader does: calls the next level where nobody answered in time. */
export function escalateWork(services: IncidentServices): Work {
  return {
    name: "escalate calls",
    async run(signal) {
      while (!signal.aborted) {
        await escalateCalls(services, new Date());
        await sleep(everyMs, signal).catch(() => undefined);
      }
    },
  };
}

interface Overdue {
  incident: string;
  role: UnitRole;
  round: number;
  level: number;
}

/**
 * One look at a moment. Of a role that nobody answered for until the last of a level's times was over, the next level
 * is called; after the last level the first one again. Safe on several servers at once: whoever marks the calls calls
 * the next level. Gives back how many levels were left.
 */
export async function escalateCalls(
  services: Pick<IncidentServices, "control" | "sealer">,
  at: Date,
): Promise<number> {
  const overdue = await services.control.query<Overdue>(overdueSql, [at]);
  let left = 0;
  for (const one of overdue) if (await escalate(services, one, at)) left += 1;
  return left;
}

async function escalate(
  { control, sealer }: Pick<IncidentServices, "control" | "sealer">,
  { incident, role, round, level }: Overdue,
  at: Date,
): Promise<boolean> {
  return control.transact(async (transaction) => {
    const { query, audit, emit } = transaction;
    // Whoever answers or assigns the role meanwhile is waited for, and then seen.
    const row = await findIncident(query, incident, { lock: true });
    // Calls that can't even be sent are over at once: all levels are not called more often than once a minute for that.
    const [known] = await query<{ hasNext: boolean; began: Date }>(roundSql, [incident, role, round, level]);
    const isTooSoon = known !== undefined && at.getTime() - known.began.getTime() < shortestRoundMs;
    if (known?.hasNext !== true && isTooSoon) return false;
    const marked = await query(markSql, [incident, role, round, level, at]);
    if (marked.length === 0) return false;
    const common = { sealer, row, role, at };
    let called = await callLevel(transaction, { ...common, level: level + 1, round });
    const isAround = called === 0 && round < mostRounds;
    if (isAround) called = await callLevel(transaction, { ...common, level: 1, round: round + 1 });
    const detail = { reference: referenceOf(row), role, level, round, called, isAround };
    const kind = called === 0 ? "nobody-left" : "escalated";
    await appendToTimeline(query, { incident, at, kind, actor: "interlock", detail });
    audit({
      actor: "interlock",
      action: "unit.escalate",
      environment: row.environment,
      subject: incident,
      detail,
    });
    emit({ kind: "unit-escalated", environment: row.environment, subject: incident, detail });
    return true;
  });
}

// A role is waited for as long as anybody of the level may still answer in time.
const isSilent = `c.answered_at is null and c.escalated_at is null
   and not exists (select from interlock_control.calls o
                    where o.incident = c.incident and o.role = c.role and o.round = c.round
                      and (o.answered_at is not null
                           or (o.level = c.level and o.escalated_at is null and o.answer_by > $AT)))
   and not exists (select from interlock_control.unit_roles u
                    where u.incident = c.incident and u.role = c.role and u.ended_at is null)
   and exists (select from interlock_control.incidents i where i.id = c.incident and i.closed_at is null)`;

const overdueSql = `select distinct c.incident, c.role, c.round, c.level
  from interlock_control.calls c where ${isSilent.replace("$AT", "$1::timestamptz")} limit 100`;

const roundSql = `select exists (select from interlock_control.responders r
           join interlock_control.incidents i on i.id = $1::text and i.environment = r.environment
          where r.role = $2::text and r.removed_at is null and r.level > $4::integer) as "hasNext",
    (select min(called_at) from interlock_control.calls
      where incident = $1::text and role = $2::text and round = $3::integer) as began`;

const markSql = `update interlock_control.calls c set escalated_at = $5::timestamptz
 where c.incident = $1::text and c.role = $2::text and c.round = $3::integer and c.level = $4::integer
   and ${isSilent.replace("$AT", "$5::timestamptz")}
 returning c.id`;
