import type { z } from "zod";
import type { minutesSchema, Probe, probeStatusSchema } from "../api/probes.ts";
import type { Query } from "../environment/query.ts";
import { burnRates } from "./burn-rate.ts";
import { readCounted } from "./read-counted.ts";
import { probeNotFound } from "./remove-probe.ts";
import { probeColumns, probeOf, type ProbeRow } from "./probe-row.ts";

/** The probes of an environment, by name. */
export async function listProbes(query: Query, environment: string): Promise<Probe[]> {
  const rows = await query<ProbeRow>(
    `select ${probeColumns} from interlock_control.probes
      where environment = $1::text and removed_at is null order by name`,
    [environment],
  );
  return rows.map(probeOf);
}

/** Throws `Failure` "not-found". */
export async function findProbe(
  query: Query,
  place: { environment: string; name: string },
): Promise<ProbeRow> {
  const [row] = await query<ProbeRow>(
    `select ${probeColumns} from interlock_control.probes
      where environment = $1::text and name = $2::text and removed_at is null`,
    [place.environment, place.name],
  );
  if (row === undefined) throw probeNotFound(place.name);
  return row;
}

interface ResultRow {
  worker: string;
  at: Date;
  outcome: "ok" | "failed" | "unknown";
  latency_ms: number;
  error_kind: string | null;
  error: string | null;
}

/** A probe with its last results, its workers, and how its objective stands. Throws `Failure` "not-found". */
export async function readProbe(
  query: Query,
  place: { environment: string; name: string },
): Promise<z.output<typeof probeStatusSchema>> {
  const row = await findProbe(query, place);
  const results = await query<ResultRow>(
    `select worker, at, outcome, latency_ms, error_kind, error from interlock_control.probe_results
      where probe = $1::text order by at desc, worker limit 50`,
    [row.id],
  );
  const workers = await query<{ worker: string; seen_at: Date; late_ms: number }>(
    `select worker, seen_at, late_ms from interlock_control.probe_workers
      where environment = $1::text order by seen_at desc limit 50`,
    [place.environment],
  );
  const probe = probeOf(row);
  return {
    probe,
    results: results.map((one) => ({
      worker: one.worker,
      at: one.at.toISOString(),
      outcome: one.outcome,
      latencyMs: one.latency_ms,
      errorKind: one.error_kind,
      error: one.error,
    })),
    workers: workers.map((one) => ({
      worker: one.worker,
      seenAt: one.seen_at.toISOString(),
      lateMs: one.late_ms,
    })),
    burn:
      probe.objective === null
        ? []
        : burnRates(probe.objective, { counted: await readCounted(query, row.id) }),
  };
}

interface MinuteRow {
  minute: Date;
  ok: number;
  failed: number;
  unknown: number;
  latency_sum_ms: string;
  latency_max_ms: number;
  errors: Record<string, number>;
}

/** What a probe measured, minute by minute. Throws `Failure` "not-found". */
export async function readMinutes(
  query: Query,
  { environment, name, from, to }: { environment: string; name: string; from: Date; to: Date },
): Promise<z.output<typeof minutesSchema>["minutes"]> {
  const { id } = await findProbe(query, { environment, name });
  const rows = await query<MinuteRow>(
    `select minute, ok, failed, unknown, latency_sum_ms, latency_max_ms, errors from interlock_control.probe_minutes
      where probe = $1::text and minute >= $2::timestamptz and minute < $3::timestamptz order by minute limit 4500`,
    [id, from, to],
  );
  return rows.map(
    ({ minute, ok, failed, unknown, latency_sum_ms: sum, latency_max_ms: latencyMaxMs, errors }) => ({
      minute: minute.toISOString(),
      ok,
      failed,
      unknown,
      latencyMs: ok === 0 ? null : Number(sum) / ok,
      latencyMaxMs,
      errors,
    }),
  );
}
