import { Gauge, type Registry } from "prom-client";
import type { Control } from "../control/control.ts";

/** Figures of probes and signals, counted in the control database when they are asked for. */
export function detectionFigures(registers: Registry[]): {
  read: (control: Pick<Control, "query">) => Promise<void>;
  forget: () => void;
} {
  const gauge = (name: string, help: string, labelNames: string[]): Gauge =>
    new Gauge({ name, help, registers, labelNames });
  const labels = ["environment", "probe"];
  const states = gauge("interlock_probe_state", "1 for the state that a probe is in.", [...labels, "state"]);
  const latency = gauge(
    "interlock_probe_latency_seconds",
    "How long good results of the last two minutes took, on average.",
    labels,
  );
  const failures = gauge(
    "interlock_probe_failure_ratio",
    "Which part of the results of the last two minutes failed.",
    labels,
  );
  const lateness = gauge(
    "interlock_probe_worker_late_seconds",
    "How late a probe worker's own clockwork is.",
    ["environment", "worker"],
  );
  const firing = gauge("interlock_signals_firing", "Signals that fire.", [
    "environment",
    "source",
    "severity",
  ]);
  const all = [states, latency, failures, lateness, firing];
  const forget = (): void => {
    for (const one of all) one.reset();
  };
  return {
    forget,
    async read(control) {
      const [row] = await control.query<Figures>(figuresSql);
      forget();
      if (row === undefined) return;
      for (const { environment, probe, state, seconds, failed } of row.probes) {
        states.set({ environment, probe, state }, 1);
        if (seconds !== null) latency.set({ environment, probe }, seconds);
        if (failed !== null) failures.set({ environment, probe }, failed);
      }
      for (const { environment, worker, seconds } of row.workers)
        lateness.set({ environment, worker }, seconds);
      for (const { environment, source, severity, count } of row.signals) {
        firing.set({ environment, source, severity }, count);
      }
    },
  };
}

interface Figures {
  probes: {
    environment: string;
    probe: string;
    state: string;
    seconds: number | null;
    failed: number | null;
  }[];
  workers: { environment: string; worker: string; seconds: number }[];
  signals: { environment: string; source: string; severity: string; count: number }[];
}

const figuresSql = `
select coalesce((select jsonb_agg(jsonb_build_object('environment', p.environment, 'probe', p.name,
          'state', case when p.is_paused then 'paused' else p.state end,
          'seconds', m.latency / nullif(m.ok, 0) / 1000.0, 'failed', m.failed::float8 / nullif(m.ok + m.failed, 0)))
         from interlock_control.probes p
         left join lateral (select sum(ok) as ok, sum(failed) as failed, sum(latency_sum_ms) as latency
                              from interlock_control.probe_minutes
                             where probe = p.id and minute > clock_timestamp() - interval '2 minutes') m on true
        where p.removed_at is null), '[]') as probes,
       coalesce((select jsonb_agg(jsonb_build_object('environment', environment, 'worker', worker, 'seconds', late_ms / 1000.0))
         from interlock_control.probe_workers where seen_at > clock_timestamp() - interval '2 minutes'), '[]') as workers,
       coalesce((select jsonb_agg(jsonb_build_object('environment', environment, 'source', source, 'severity', severity, 'count', count))
         from (select environment, source, severity, count(*)::integer as count from interlock_control.signals
                where state = 'firing' group by environment, source, severity) s), '[]') as signals`;
