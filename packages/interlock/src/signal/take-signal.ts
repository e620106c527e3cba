import type { Severity, Signal, Taken } from "../api/signals.ts";
import type { Transaction } from "../control/control.ts";
import { newId } from "../std/new-id.ts";
import { foldSignal, type Folding, type Said } from "./fold-signal.ts";

/** What somebody says of one trouble. */
export interface ReportedSignal extends Said {
  source: Signal["source"];
  origin: string;
  key: string;
  component: string | null;
  severity: Severity;
  title: string;
  detail: object;
}

/** Signals of one environment that fire at most: a sender with a new key each time must not fill the database. */
const mostFiring = 2_000;

/**
 * Takes what somebody says of a trouble: raised once, counted when it is said again, ended once. Whoever says
 * something of the same key at the same time waits; what comes late changes nothing.
 */
export async function takeSignal(
  { query, emit }: Pick<Transaction, "query" | "emit">,
  { environment, reported }: { environment: string; reported: ReportedSignal },
): Promise<Taken> {
  const { source, origin, key } = reported;
  const place = [environment, source, origin, key];
  await query("select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended($1::text, 0))", [
    `signal ${place.join(" ")}`,
  ]);
  const [known] = await query<{ id: string | null; firing_from: Date | null; ended_up_to: Date | null }>(
    `select max(id) filter (where state = 'firing') as id,
            max(latest_started_at) filter (where state = 'firing') as firing_from,
            max(latest_started_at) filter (where state = 'ended') as ended_up_to
       from interlock_control.signals
      where environment = $1::text and source = $2::text and origin = $3::text and key = $4::text`,
    place,
  );
  const folding = foldSignal(
    { firingFrom: known?.firing_from ?? null, endedUpTo: known?.ended_up_to ?? null },
    reported,
  );
  const id = known?.id ?? null;
  switch (folding) {
    case "raise":
    case "note-ended": {
      const raised = await insert(query, { environment, reported, folding });
      if (raised === null) return { key, outcome: "late", signal: null };
      if (folding === "note-ended") return { key, outcome: "ended", signal: raised };
      emit({ kind: "signal-raised", environment, subject: raised, detail: told(reported) });
      return { key, outcome: "raised", signal: raised };
    }
    case "again":
      await query(againSql, [
        id,
        reported.startedAt,
        reported.severity,
        reported.component,
        JSON.stringify(reported.detail),
      ]);
      return { key, outcome: "again", signal: id };
    case "end":
      await query(endSql, [id, reported.startedAt, reported.endedAt]);
      emit({ kind: "signal-ended", environment, subject: id ?? "", detail: told(reported) });
      return { key, outcome: "ended", signal: id };
    case "acknowledge":
      await query(
        `update interlock_control.signals set acknowledged_at = clock_timestamp(), acknowledged_by = $2::text
          where id = $1::text and acknowledged_at is null`,
        [id, origin],
      );
      return { key, outcome: "acknowledged", signal: id };
    case "late":
      return { key, outcome: "late", signal: id };
    default:
      return folding satisfies never;
  }
}

function told({ source, origin, key, component, severity, title }: ReportedSignal): object {
  return { source, origin, key, component, severity, title };
}

async function insert(
  query: Transaction["query"],
  { environment, reported, folding }: { environment: string; reported: ReportedSignal; folding: Folding },
): Promise<string | null> {
  const { source, origin, key, component, severity, title, detail, startedAt, endedAt } = reported;
  const id = newId("sig");
  const rows = await query(
    `insert into interlock_control.signals
       (id, environment, source, origin, key, component, severity, state, title, detail, started_at, latest_started_at, ended_at)
     select $1::text, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text, $8::text, $9::text, $10::jsonb,
            coalesce($11::timestamptz, clock_timestamp()), coalesce($11::timestamptz, clock_timestamp()),
            case when $8::text = 'ended' then coalesce($12::timestamptz, clock_timestamp()) end
      where (select count(*) from interlock_control.signals
              where environment = $2::text and state = 'firing') < $13::integer
     returning id`,
    [
      id,
      environment,
      source,
      origin,
      key,
      component,
      severity,
      folding === "raise" ? "firing" : "ended",
      title,
      JSON.stringify(detail),
      startedAt,
      endedAt,
      mostFiring,
    ],
  );
  return rows.length === 0 ? null : id;
}

const againSql = `update interlock_control.signals
   set last_at = clock_timestamp(), count = count + 1,
       latest_started_at = greatest(latest_started_at, $2::timestamptz),
       severity = case when 'critical' in (severity, $3::text) then 'critical'
                       when 'warning' in (severity, $3::text) then 'warning' else 'info' end,
       component = coalesce(component, $4::text), detail = detail || $5::jsonb
 where id = $1::text and state = 'firing'`;

const endSql = `update interlock_control.signals
   set state = 'ended', last_at = clock_timestamp(),
       latest_started_at = greatest(latest_started_at, $2::timestamptz),
       ended_at = greatest(coalesce($3::timestamptz, clock_timestamp()), started_at)
 where id = $1::text and state = 'firing'`;
