import type { ClientConfig } from "pg";
import type { Control } from "../control/control.ts";
import type { Work } from "../control/work.ts";
import { messageOf } from "../std/failure.ts";
import type { Log } from "../std/log.ts";
import { sleep } from "../std/sleep.ts";
import type { Workload } from "../workload/workload.ts";
import type { WatchEvent } from "./alarm.ts";
import { clearAlarm, openAlarms, raiseAlarm, type WatchedPlace } from "./record-alarms.ts";
import { watchDatabase } from "./watch-database.ts";

export interface WatchEnvironmentsOptions {
  control: Control;
  log: Log;
  /** Throws `Failure` where the URL can't be had. */
  connection: (place: WatchedPlace) => Promise<ClientConfig>;
  /** The workloads of an environment's live versions; the same object as long as it is the same workload. */
  liveWorkloads: (environment: string) => Promise<readonly Workload[]>;
}

/** How often it is looked which databases there are, in milliseconds. */
const everyMs = 1_000;

/** What the leader does: watches every database of every environment, and keeps its alarms. */
export function watchEnvironments(options: WatchEnvironmentsOptions): Work {
  return {
    name: "watch environments",
    async run(signal) {
      const watching = new Map<string, { stop: AbortController; done: Promise<void> }>();
      try {
        while (!signal.aborted) {
          const places = await readPlaces(options.control);
          const wanted = new Set(places.map(keyOf));
          for (const [key, { stop }] of watching) if (!wanted.has(key)) stop.abort();
          for (const place of places) {
            const key = keyOf(place);
            if (watching.has(key)) continue;
            const stop = new AbortController();
            const until = AbortSignal.any([signal, stop.signal]);
            const done = watchPlace(options, { place, signal: until }).finally(() => watching.delete(key));
            watching.set(key, { stop, done });
          }
          await clearRemoved(options.control);
          await sleep(everyMs, signal).catch(() => undefined);
        }
      } finally {
        for (const { stop } of watching.values()) stop.abort();
        await Promise.all([...watching.values()].map(({ done }) => done));
      }
    },
  };
}

interface VersionedPlace extends WatchedPlace {
  /** Differs once the database was given another URL. */
  version: string;
}

function keyOf({ environment, database, version }: VersionedPlace): string {
  return `${environment}/${database} ${version}`;
}

async function readPlaces(control: Control): Promise<VersionedPlace[]> {
  return control.query<VersionedPlace>(
    `select environment, name as database, pg_catalog.md5(sealed_url) as version
       from interlock_control.databases order by environment, name`,
  );
}

/** Watches one database until the signal is aborted; what goes wrong is logged, and it is begun again. */
async function watchPlace(
  { control, log, connection, liveWorkloads }: WatchEnvironmentsOptions,
  { place: { environment, database }, signal }: { place: WatchedPlace; signal: AbortSignal },
): Promise<void> {
  const place = { environment, database };
  while (!signal.aborted) {
    try {
      await watchDatabase({
        connection: await connection(place),
        versions: () => liveWorkloads(place.environment),
        open: await openAlarms(control, place),
        signal,
        on: (event) => record({ control, log }, { place, event }),
      });
    } catch (error) {
      log.warn({ ...place, error: messageOf(error) }, "a database could not be watched");
      await sleep(everyMs, signal).catch(() => undefined);
    }
  }
}

async function record(
  { control, log }: Pick<WatchEnvironmentsOptions, "control" | "log">,
  { place, event }: { place: WatchedPlace; event: WatchEvent },
): Promise<void> {
  switch (event.type) {
    case "alarm": {
      const id = await raiseAlarm(control, { ...place, alarm: event.alarm });
      log.warn({ ...place, alarm: id }, `statements of ${event.alarm.appVersion} do not prepare any more`);
      return;
    }
    case "cleared":
      await clearAlarm(control, { ...place, appVersion: event.appVersion, why: event.why });
      return;
    case "watching":
      log.info({ ...place, how: event.how, why: event.why }, "watching a database");
      return;
    case "unknown":
      log.warn(
        { ...place, statements: event.statements.length },
        `statements of ${event.appVersion} are not answered`,
      );
      return;
    case "lost":
      log.warn({ ...place, why: event.why }, "a watched database is not reachable");
      return;
    case "back":
      log.info(place, "a watched database is back");
  }
}

/** Alarms of databases that are not watched any more have nobody who would end them. */
async function clearRemoved(control: Control): Promise<void> {
  const rows = await control.query<{ environment: string; database: string; app_version: string }>(
    `select environment, database, app_version from interlock_control.alarms a
      where cleared_at is null and not exists (
        select from interlock_control.databases d where d.environment = a.environment and d.name = a.database)`,
  );
  for (const { environment, database, app_version: appVersion } of rows) {
    await clearAlarm(control, { environment, database, appVersion, why: "removed" });
  }
}
