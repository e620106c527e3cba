import type { ImpactStatus } from "../api/incidents.ts";
import type { Control } from "../control/control.ts";
import { conflict } from "./refused.ts";

/** What a component's state was changed to, for the update or the timeline that tells of it. */
export interface ImpactChange {
  /** The component's id. */
  component: string;
  from: ImpactStatus | null;
  to: ImpactStatus;
}

interface OpenInterval {
  number: string;
  status: ImpactStatus;
  /** The interval's beginning; the incident's where it has none of its own. */
  began: Date;
  follows: boolean;
}

/**
 * Says from a moment on what an incident does to components; each has one interval that goes on. A moment at or
 * before the beginning of that interval says that it was wrong from the beginning. Gives back what is other than it
 * was. The incident has to be locked. Throws `Failure` "conflict" for a moment within what came before.
 */
export async function setImpacts(
  query: Control["query"],
  {
    incident,
    impacts,
    at,
    actor,
    fromBeginning = false,
  }: {
    /** Its id. */
    incident: string;
    impacts: readonly { component: string; status: ImpactStatus }[];
    at: Date;
    actor: string;
    /** Of components that nothing was said of yet: it was so since the incident began. */
    fromBeginning?: boolean;
  },
): Promise<ImpactChange[]> {
  const changes: ImpactChange[] = [];
  for (const { component, status } of impacts) {
    const [open] = await query<OpenInterval>(openSql, [incident, component]);
    if (open === undefined) {
      const isSince = fromBeginning || status === "operational";
      await query(insertSql, [incident, component, status, isSince ? null : at, actor]);
    } else if (open.status === status) {
      continue;
    } else if (at <= open.began) {
      if (open.follows && at < open.began) throw withinAnother(at, open.began);
      await query(
        "update interlock_control.component_impacts set status = $2::text where number = $1::bigint",
        [open.number, status],
      );
    } else {
      await query(
        "update interlock_control.component_impacts set ended_at = $2::timestamptz where number = $1::bigint",
        [open.number, at],
      );
      await query(insertSql, [incident, component, status, at, actor]);
    }
    changes.push({ component, from: open?.status ?? null, to: status });
  }
  return changes;
}

const openSql = `select p.number, p.status, coalesce(p.began_at, i.started_at) as began,
    exists (select from interlock_control.component_impacts o
             where o.incident = p.incident and o.component = p.component and o.number <> p.number) as follows
  from interlock_control.component_impacts p
  join interlock_control.incidents i on i.id = p.incident
 where p.incident = $1::text and p.component = $2::text and p.ended_at is null`;

const insertSql = `insert into interlock_control.component_impacts (incident, component, status, began_at, recorded_by)
  values ($1::text, $2::text, $3::text, $4::timestamptz, $5::text)`;

function withinAnother(at: Date, began: Date): Error {
  return conflict("The component was in another state then.", {
    why: `What is said of it now begins at ${began.toISOString()}, and ${at.toISOString()} is before that.`,
    next: "Give a later moment; interlock incident show --json tells the intervals.",
  });
}
