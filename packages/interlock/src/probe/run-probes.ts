import { setTimeout as wait } from "node:timers/promises";
import type { ClientConfig } from "pg";
import type { NewResult, ProbeOrder } from "../api/probes.ts";
import { believe } from "./believe.ts";
import { runCheck } from "./check/run-check.ts";
import { Lateness } from "./lateness.ts";
import { nextSlot, type Slot } from "./next-slot.ts";

export interface ProbeWorker {
  /** Its name, the same as long as it runs. */
  worker: string;
  /** What is to be carried out now; asked for again and again. */
  load: () => Promise<readonly ProbeOrder[]>;
  /** Resolves when the next look at what is to be done is due. */
  pause: (signal: AbortSignal) => Promise<void>;
  /** A database by the order's environment and name. */
  connection: (order: ProbeOrder, database: string) => Promise<ClientConfig>;
  /** How long to collect results before they are recorded; nothing where recording costs nothing. */
  collectMs?: number;
  /** Takes results; throws when they could not be kept, and is asked again with them. */
  record: (report: { worker: string; lateMs: number; results: NewResult[] }) => Promise<void>;
  signal: AbortSignal;
}

/** Results that wait for being recorded at most; the oldest go. */
const mostWaiting = 2_000;
const mostAtOnce = 200;

/**
 * Carries probes out until the signal is aborted: each at its own turns, one at a time, none waiting for another. A
 * turn that comes while the one before it is under way is left out. Rejects when `load` does.
 */
export async function runProbes({
  worker,
  load,
  pause,
  connection,
  collectMs = 0,
  record,
  signal,
}: ProbeWorker): Promise<void> {
  const lateness = new Lateness();
  lateness.start();
  const running = new Map<string, { stop: AbortController; done: Promise<void> }>();
  const recorder = makeRecorder({ worker, record, lateness, collectMs, signal });
  try {
    while (!signal.aborted) {
      const orders = await load();
      const wanted = new Map(orders.map((order) => [keyOf(order), order]));
      for (const [key, { stop }] of running) {
        if (wanted.has(key)) continue;
        stop.abort();
        running.delete(key);
      }
      for (const [key, order] of wanted) {
        if (running.has(key)) continue;
        const stop = new AbortController();
        const until = AbortSignal.any([signal, stop.signal]);
        const done = keepProbing(order, { worker, connection, lateness, take: recorder.take, signal: until });
        running.set(key, { stop, done });
      }
      await pause(signal);
    }
  } finally {
    for (const { stop } of running.values()) stop.abort();
    lateness.stop();
    await Promise.all([...running.values()].map(({ done }) => done));
    await recorder.end();
  }
}

/** Another revision is another probe: it begins anew. */
function keyOf({ id, revision }: ProbeOrder): string {
  return `${id} ${String(revision)}`;
}

async function keepProbing(
  order: ProbeOrder,
  {
    worker,
    connection,
    lateness,
    take,
    signal,
  }: Pick<ProbeWorker, "worker" | "connection" | "signal"> & {
    lateness: Lateness;
    take: (result: NewResult) => void;
  },
): Promise<void> {
  const { id, intervalMs, timeoutMs } = order;
  while (!signal.aborted) {
    const slot = nextSlot({ intervalMs, key: `${id} ${worker}`, after: Date.now() });
    await comes(slot, signal);
    if (signal.aborted) return;
    const startedAt = performance.now();
    const result = await runCheck(order.check, {
      secrets: order.secrets,
      timeoutMs,
      connection: (database) => connection(order, database),
      signal,
    });
    // What was cut off because the worker stops says nothing.
    if (signal.aborted) return;
    const lateMs = lateness.worstSince(startedAt);
    const believed = believe(result, { lateMs, timeoutMs });
    take({ probe: id, slot: slot.number, at: new Date(slot.at).toISOString(), ...believed });
  }
}

/** The clock on the wall may be set: it is looked at again after the wait. */
async function comes({ at }: Slot, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && Date.now() < at) {
    await wait(Math.min(at - Date.now(), 60_000), undefined, { signal }).catch(() => undefined);
  }
}

/** Hands results on, what has come meanwhile together; what could not be kept is tried again. */
function makeRecorder({
  worker,
  record,
  lateness,
  collectMs,
  signal,
}: Pick<ProbeWorker, "worker" | "record" | "signal"> & { lateness: Lateness; collectMs: number }): {
  take: (result: NewResult) => void;
  end: () => Promise<void>;
} {
  let waiting: NewResult[] = [];
  let running: Promise<void> | undefined;
  let toldAt = performance.now();
  const flush = async (): Promise<void> => {
    while (waiting.length > 0) {
      if (collectMs > 0) await wait(collectMs, undefined, { signal }).catch(() => undefined);
      const some = waiting.slice(0, mostAtOnce);
      const lateMs = Math.round(lateness.worstSince(toldAt));
      toldAt = performance.now();
      try {
        await record({ worker, lateMs, results: some });
        waiting = waiting.filter((one) => !some.includes(one));
      } catch {
        if (signal.aborted) return;
        await wait(1_000, undefined, { signal }).catch(() => undefined);
      }
    }
  };
  return {
    take(result) {
      waiting = [...waiting, result].slice(-mostWaiting);
      running ??= flush().finally(() => {
        running = undefined;
      });
    },
    async end() {
      await running;
    },
  };
}
