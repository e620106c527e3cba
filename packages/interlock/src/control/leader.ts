import type { Client, ClientConfig } from "pg";
import type { Log } from "../std/log.ts";
import { sleep } from "../std/sleep.ts";
import { openControlSession } from "./control-session.ts";
import { runWork } from "./run-work.ts";
import type { Work } from "./work.ts";

/** Held by the session of the leading server; the letters "leader" as a number. */
const lockKey = 119_182_851_630_450;

/** How often the lock is asked for, and the leader sees that its session still is there. */
const everyMs = 1_000;

/** Whether this server leads. */
export interface Leadership {
  readonly isLeader: boolean;
}

/**
 * Takes part in choosing a leader until the signal is aborted: of all servers on one control database the one whose
 * session holds an advisory lock. While this server leads it runs `work`; when it loses the session, the work's
 * signal is aborted at once. For the time that a lost session takes to be noticed two servers may both lead, so
 * whatever work changes is changed conditionally all the same. Rejects when the control database can't be reached.
 */
export function leadWork({
  connection,
  applicationName,
  work,
  log,
}: {
  connection: ClientConfig;
  applicationName: string;
  work: readonly Work[];
  log: Log;
}): Leadership & Work {
  let isLeader = false;
  return {
    name: "lead",
    get isLeader() {
      return isLeader;
    },
    async run(signal) {
      const { client, lost } = await openControlSession(connection, { applicationName });
      try {
        await waitForLock(client, signal);
        if (signal.aborted) return;
        lost.throwIfAborted();
        lost.addEventListener("abort", () => {
          isLeader = false;
        });
        isLeader = true;
        log.info({}, "this server leads now");
        const until = new AbortController();
        const ended = runWork(work, { signal: AbortSignal.any([signal, lost, until.signal]), log });
        try {
          await holdOn(client, AbortSignal.any([signal, lost]));
          lost.throwIfAborted();
        } finally {
          isLeader = false;
          until.abort();
          await ended;
        }
      } finally {
        await client.end().catch(() => undefined);
      }
    },
  };
}

// Asked for again and again: a session that waits for a lock holds a snapshot, and vacuum has to wait for it.
async function waitForLock(client: Client, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const { rows } = await client.query<{ taken: boolean }>(
      "select pg_catalog.pg_try_advisory_lock($1::bigint) as taken",
      [lockKey],
    );
    if (rows[0]?.taken === true) return;
    await sleep(everyMs, signal).catch(() => undefined);
  }
}

/** Returns when the signal is aborted; rejects when the session does not answer any more. */
async function holdOn(client: Client, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await client.query("select 1");
    await sleep(everyMs, signal).catch(() => undefined);
  }
}
