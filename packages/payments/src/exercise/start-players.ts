import { startProcess, type RunningProcess } from "../platform/supervisor.ts";
import { startReceiver } from "./receiver.ts";
import type { Stage } from "./stage.ts";

/** The processes of one release on one database, and a merchant's web server. */
export interface Players {
  apiUrl: string;
  receiverUrl: string;
  acquirer: Stage["acquirer"];
  recoverAtOnce: Stage["recoverAtOnce"];
  /** Ends them all. Throws when one of them has reported what must not happen. */
  stop(): Promise<void>;
}

/** What api and worker report when something is wrong with themselves, and not with an acquirer or a receiver. */
const alarms = ["request-failed", "job-failed", "recovery-failed", "delivery-failed", "stop-failed"];

export async function startPlayers(options: {
  version: string;
  journal: string;
  databaseUrl?: string;
}): Promise<Players> {
  const { version, journal, databaseUrl } = options;
  const started: { stop(): Promise<unknown> }[] = [];
  const failures: string[] = [];
  const start = async (process: Parameters<typeof startProcess>[0]): Promise<RunningProcess> => {
    const running = await startProcess({
      environment: { NOTIFICATION_SECRET: "a-secret-of-exercises-and-of-nothing-else" },
      onDiagnostic: (line) => {
        if (alarms.some((event) => line.includes(`"${event}"`))) failures.push(line);
      },
      ...(databaseUrl === undefined ? {} : { databaseUrl }),
      ...process,
    });
    // An acquirer that comes back goes after those who ask it, as the first one does.
    if (process.name === "acquirer") started.unshift(running);
    else started.push(running);
    return running;
  };
  const startAcquirer = async (port: number): Promise<RunningProcess> =>
    start({ name: "acquirer", flags: { journal, port, "latency-ms": 1 } });
  const stop = async (): Promise<void> => {
    for (const process of started.toReversed()) await process.stop();
    if (failures.length > 0) throw new Error(`something failed in ${version}:\n${failures.join("\n")}`);
  };
  try {
    const receiver = await startReceiver();
    started.push(receiver);
    let acquirer = await startAcquirer(0);
    const { url } = acquirer;
    const flags = { version, acquirer: url, connections: 2 };
    const api = await start({ name: "api", flags });
    const startWorker = async (more = {}): Promise<unknown> =>
      start({ name: "worker", flags: { ...flags, ...workerFlags, "public-url": api.url, ...more } });
    await startWorker();
    return {
      apiUrl: api.url,
      receiverUrl: receiver.url,
      acquirer: {
        kill: async () => acquirer.kill(),
        async restart() {
          acquirer = await startAcquirer(Number(new URL(url).port));
        },
      },
      async recoverAtOnce() {
        await startWorker({ "recover-after-ms": 0 });
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * A worker that does not wait for what it has to do, except with recovery: a request that takes longer to reach the
 * acquirer than recovery leaves it for, as on a busy machine, is not carried out any more.
 */
const workerFlags = {
  "recover-after-ms": 20_000,
  "recover-every-ms": 100,
  "challenges-every-ms": 100,
  "expire-every-ms": 500,
  "retry-scale": 0.01,
  "loopback-receivers": "allowed",
};
