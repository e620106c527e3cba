import type { FastifyInstance } from "fastify";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Control } from "../control/control.ts";
import type { Admit } from "./admission.ts";
import { detectionFigures } from "./detection-metrics.ts";
import type { OnAnswer } from "./register-route.ts";

/** The figures of one server for Prometheus. */
export interface Metrics {
  /** Counts what the gate answers. */
  onAnswer: OnAnswer;
  /**
   * Adds /metrics and measures every answer. A token with the scope read is needed on loopback too: behind a proxy
   * on the same machine everybody comes from loopback.
   */
  register: (app: FastifyInstance, admit: Admit) => void;
}

export function makeMetrics({
  control,
  isLeader,
  more = () => undefined,
}: {
  control: Pick<Control, "query">;
  isLeader: () => boolean;
  /** Figures that other parts keep. */
  more?: (registers: Registry[]) => void;
}): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "interlock_" });
  const registers = [registry];
  const durations = new Histogram({
    name: "interlock_http_request_duration_seconds",
    help: "How long answers took, by route and status.",
    labelNames: ["method", "route", "status"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const decisions = new Counter({
    name: "interlock_gate_decisions_total",
    help: "Answers of the gate that this server gave, by verdict.",
    labelNames: ["verdict"],
    registers,
  });
  for (const verdict of ["go", "blocked", "unknown"]) decisions.inc({ verdict }, 0);
  more(registers);
  const stored = storedFigures(registers);
  return {
    onAnswer({ scope }, answer) {
      if (scope !== "gate" || typeof answer !== "object" || answer === null) return;
      const verdict: unknown = Reflect.get(answer, "verdict");
      if (verdict === "go" || verdict === "blocked" || verdict === "unknown") decisions.inc({ verdict });
    },
    register(app, admit) {
      app.addHook("onResponse", async ({ method, routeOptions }, reply) => {
        const labels = { method, route: routeOptions.url ?? "(none)", status: String(reply.statusCode) };
        durations.observe(labels, reply.elapsedTime / 1_000);
      });
      app.get(
        "/metrics",
        {
          schema: { hide: true },
          onRequest: async (request) => {
            await admit(request, { scope: "read" });
          },
        },
        async (_request, reply) => {
          await stored(control, isLeader());
          return reply.header("content-type", registry.contentType).send(await registry.metrics());
        },
      );
    },
  };
}

/** Figures that are counted in the control database when they are asked for; every server shows the same. */
function storedFigures(
  registers: Registry[],
): (control: Pick<Control, "query">, leads: boolean) => Promise<void> {
  const gauge = (name: string, help: string, label?: string): Gauge =>
    new Gauge({ name, help, registers, ...(label === undefined ? {} : { labelNames: [label] }) });
  const up = gauge("interlock_control_up", "Whether the control database answered.");
  const leader = gauge("interlock_leader", "Whether this server leads.");
  const blocks = gauge("interlock_open_blocks", "Blocks that are in force.");
  const versions = gauge(
    "interlock_versions_with_sessions",
    "App versions that had sessions a short while ago, by environment.",
    "environment",
  );
  const shipments = gauge("interlock_shipments", "Shipments, by state.", "state");
  const alarms = gauge("interlock_open_alarms", "Live versions whose statements do not prepare now.");
  const detection = detectionFigures(registers);
  return async (control, leads) => {
    leader.set(leads ? 1 : 0);
    try {
      const [row] = await control.query<Figures>(figuresSql);
      if (row === undefined) return;
      await detection.read(control);
      up.set(1);
      blocks.set(row.blocks);
      alarms.set(row.alarms);
      versions.reset();
      for (const [environment, count] of Object.entries(row.versions)) versions.set({ environment }, count);
      shipments.reset();
      for (const [state, count] of Object.entries(row.shipments)) shipments.set({ state }, count);
    } catch {
      // The figures of this process are told all the same; that the others are missing is a figure too.
      up.set(0);
      for (const unknown of [blocks, alarms]) unknown.set(Number.NaN);
      for (const unknown of [versions, shipments]) unknown.reset();
      detection.forget();
    }
  };
}

interface Figures {
  blocks: number;
  alarms: number;
  versions: Record<string, number>;
  shipments: Record<string, number>;
}

const figuresSql = `
select (select count(*)::integer from interlock_control.rules
         where kind = 'block' and state = 'in-force' and expires_at > clock_timestamp()) as blocks,
       (select count(*)::integer from interlock_control.alarms where cleared_at is null) as alarms,
       (select coalesce(jsonb_object_agg(environment, seen), '{}')
          from (select environment, count(distinct application_name)::integer as seen
                  from interlock_control.sightings
                 where last_seen_at > clock_timestamp() - interval '1 minute'
                   and application_name ~ '^[A-Za-z0-9][A-Za-z0-9._-]*@'
                 group by environment) as by_environment) as versions,
       (select coalesce(jsonb_object_agg(state, shipped), '{}')
          from (select state, count(*)::integer as shipped
                  from interlock_control.shipments group by state) as by_state) as shipments`;
