import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import type { NewResult, ProbeOrder } from "../api/probes.ts";
import type { Sealer } from "../access/sealer.ts";
import type { Control } from "../control/control.ts";
import type { EventFeed } from "../control/event-feed.ts";
import { followEvents } from "../control/follow-events.ts";
import type { Work } from "../control/work.ts";
import { databaseConnection } from "../environment/open-database.ts";
import { sleep } from "../std/sleep.ts";
import { forgetOldResults } from "./forget-old-results.ts";
import { freshMs } from "./judge.ts";
import { readOrders, type PlacedOrder } from "./read-orders.ts";
import { recordResults } from "./record-results.ts";
import { runProbes } from "./run-probes.ts";
import { settleBurn } from "./settle-burn.ts";
import { settleProbe } from "./settle-probe.ts";

interface ProbeServices {
  control: Control;
  sealer: Sealer;
  feed: EventFeed;
}

/** What every server does: carries out the probes of every environment. */
export function probeWork({ control, sealer, feed }: ProbeServices): Work {
  return {
    name: "carry out probes",
    async run(signal) {
      // Another process is another worker: it knows nothing of how late this one was.
      const worker = `${hostname()
        .replaceAll(/[^A-Za-z0-9.-]/g, "-")
        .slice(0, 60)}-${randomBytes(3).toString("hex")}`;
      let orders: PlacedOrder[] = [];
      const until = new AbortController();
      const both = AbortSignal.any([signal, until.signal]);
      const changes = changesOf(feed, both);
      const placeOf = (order: Pick<ProbeOrder, "id">): string =>
        orders.find(({ id }) => id === order.id)?.environment ?? "";
      try {
        await runProbes({
          worker,
          load: async () => (orders = await readOrders({ control, sealer }, { environment: null })),
          pause: () => changes.wait(5_000),
          connection: (order, name) =>
            databaseConnection({ control, sealer }, { environment: placeOf(order), name }),
          record: (report) => recordEach(control, { ...report, placeOf }),
          signal: both,
        });
      } finally {
        until.abort();
        await changes.ended;
      }
    },
  };
}

/** Results of all environments at once: each is recorded in its own. */
async function recordEach(
  control: Control,
  {
    worker,
    lateMs,
    results,
    placeOf,
  }: {
    worker: string;
    lateMs: number;
    results: readonly NewResult[];
    placeOf: (order: { id: string }) => string;
  },
): Promise<void> {
  const byPlace = Map.groupBy(results, ({ probe }) => placeOf({ id: probe }));
  for (const [environment, own] of byPlace) {
    if (environment === "") continue;
    const probes = await recordResults(control, { environment, worker, lateMs, results: own });
    for (const probe of probes) await settleProbe(control, probe);
  }
}

/** Wakes whoever waits when a probe was changed. */
function changesOf(
  feed: EventFeed,
  signal: AbortSignal,
): { wait: (ms: number) => Promise<void>; ended: Promise<void> } {
  let wake = new AbortController();
  const hear = async (): Promise<void> => {
    for await (const { kind } of feed.follow({ signal })) {
      if (kind === "probe-changed") wake.abort();
    }
  };
  return {
    ended: hear().catch(() => undefined),
    async wait(ms) {
      await sleep(ms, AbortSignal.any([signal, wake.signal])).catch(() => undefined);
      wake = new AbortController();
    },
  };
}

/** What the leader does: notices probes that nobody reports of, watches objectives, forgets what is old. */
export function superviseProbes({ control, feed }: Pick<ProbeServices, "control" | "feed">): Work {
  return {
    name: "supervise probes",
    async run(signal) {
      let forgottenAt = 0;
      await followEvents(feed, {
        concerns: () => false,
        everyMs: 2_000,
        signal,
        async work() {
          for (const probe of await silentProbes(control)) await settleProbe(control, probe);
          await settleBurn(control);
          if (performance.now() - forgottenAt < 60_000) return;
          forgottenAt = performance.now();
          await forgetOldResults(control);
        },
      });
    },
  };
}

/** Probes that are not known to be silent, and without a result for a while. */
async function silentProbes(control: Control): Promise<string[]> {
  const rows = await control.query<{
    id: string;
    interval_ms: number;
    timeout_ms: number;
    silent_ms: string | null;
  }>(
    `select p.id, p.interval_ms, p.timeout_ms, extract(epoch from clock_timestamp() - r.at) * 1000 as silent_ms
       from interlock_control.probes p
       left join lateral (
         select max(latest.at) as at from interlock_control.probe_workers w
          cross join lateral (select at from interlock_control.probe_results
                               where probe = p.id and worker = w.worker and outcome <> 'unknown'
                               order by slot desc limit 1) latest
          where w.environment = p.environment) r on true
      where p.removed_at is null and not p.is_paused and p.state <> 'unknown'`,
  );
  return rows
    .filter(
      ({ interval_ms: intervalMs, timeout_ms: timeoutMs, silent_ms: silent }) =>
        silent === null || Number(silent) > freshMs({ intervalMs, timeoutMs }),
    )
    .map(({ id }) => id);
}
