import type { Client } from "pg";
import type { Sealer } from "../access/sealer.ts";
import type { Control } from "../control/control.ts";
import { messageOf } from "../std/failure.ts";
import { resolveUrl } from "./database-source.ts";
import type { Look } from "./observe-database.ts";
import { sealPlace } from "./open-database.ts";
import type { Query } from "./query.ts";
import { recordSightings } from "./record-sightings.ts";
import { WatchedDatabase } from "./watched-database.ts";

/** A target database as it was when it was looked at last. */
export interface Observation {
  name: string;
  isCanary: boolean;
  place: string;
  /** What was seen last; null where it never was. */
  look: Look | null;
  /** Why it can't be looked at now; null where it can. */
  problem: string | null;
}

/** Looks at target databases, each over one session that is kept. */
export interface Observer {
  /**
   * Every database of an environment as it was a second ago at most. Never rejects because of a target. Whoever is in
   * a transaction gives its `query`: were it to wait for another session, all of them could wait for each other.
   * `anew`: no look counts that began before this was called.
   */
  observe(environment: string, query?: Query, options?: { anew?: boolean }): Promise<Observation[]>;
  /** Runs something on the session that is kept for a database, when nothing else runs there. */
  using<Result>(
    database: { environment: string; name: string },
    work: (client: Client) => Promise<Result>,
  ): Promise<Result>;
  /**
   * What `read` made of the structure, as long as that stays as it was: `observation` says which one. What fails is
   * tried again the next time.
   */
  ofStructure<Result>(
    database: { environment: string; observation: Observation },
    key: string,
    read: (client: Client) => Promise<Result>,
  ): Promise<Result>;
  close(): Promise<void>;
}

/** How long a target may take to be looked at before it counts as not reachable, in milliseconds. */
const patienceMs = 2_000;
/** How often who is there is written down, in milliseconds, unless somebody came or went. */
const writtenEveryMs = 5_000;
/** How many targets are looked at at once. */
const mostAtOnce = 16;

interface Entry {
  addedAt: string;
  target: WatchedDatabase;
  look: Look | null;
  problem: string | null;
  /** When the last look ended, well or not. */
  lookedAt: number;
  /** The look that is under way. */
  looking: Promise<void> | undefined;
  writing: Promise<void>;
  writtenAt: number;
  writtenNames: string;
  /** What was made of the structure, for its version only. */
  structure: { version: string; made: Map<string, Promise<unknown>> };
}

interface DatabaseRow {
  name: string;
  place: string;
  is_canary: boolean;
  added_at: Date;
  sealed_url: Buffer;
}

/** `freshMs` is how old a look may be when something is decided on it, in milliseconds: by default a second. */
export function openObserver(
  services: { control: Control; sealer: Sealer },
  { freshMs = 1_000 }: { freshMs?: number } = {},
): Observer {
  const { control, sealer } = services;
  const entries = new Map<string, Entry>();

  const entryOf = async (environment: string, row: DatabaseRow): Promise<Entry> => {
    const { name, added_at: added, sealed_url: sealed } = row;
    const key = `${environment}/${name}`;
    const known = entries.get(key);
    // A database that was removed and added again may be another one.
    if (known?.addedAt === added.toISOString()) return known;
    const entry: Entry = {
      addedAt: added.toISOString(),
      target: new WatchedDatabase(() => ({
        connectionString: resolveUrl(sealer.open(sealed, sealPlace({ environment, name }))),
      })),
      look: null,
      problem: null,
      lookedAt: Number.NEGATIVE_INFINITY,
      looking: undefined,
      writing: Promise.resolve(),
      writtenAt: Number.NEGATIVE_INFINITY,
      writtenNames: "",
      structure: { version: "", made: new Map() },
    };
    entries.set(key, entry);
    if (known !== undefined) await known.target.close();
    return entry;
  };

  const lookAt = async (environment: string, name: string, entry: Entry): Promise<void> => {
    try {
      entry.look = await entry.target.look();
      entry.problem = null;
      write(environment, name, { entry, look: entry.look });
    } catch (error) {
      entry.problem = messageOf(error);
    } finally {
      entry.lookedAt = performance.now();
    }
  };

  /** Nobody waits for it: who decides has the look itself. */
  const write = (
    environment: string,
    database: string,
    { entry, look }: { entry: Entry; look: Look },
  ): void => {
    const names = look.sessions.map(({ applicationName }) => applicationName).join("\n");
    if (names === entry.writtenNames && performance.now() - entry.writtenAt < writtenEveryMs) return;
    entry.writtenAt = performance.now();
    entry.writtenNames = names;
    entry.writing = entry.writing.then(() =>
      recordSightings(control.query, { environment, database, look }).catch(() => {
        // The control database is away or busy: written with the next look.
        entry.writtenAt = Number.NEGATIVE_INFINITY;
      }),
    );
  };

  const observeOne = async (
    environment: string,
    row: DatabaseRow,
    { anew }: { anew: boolean },
  ): Promise<Observation> => {
    const entry = await entryOf(environment, row);
    const { name, place, is_canary: isCanary } = row;
    if (anew && entry.looking !== undefined) await within(patienceMs, entry.looking);
    const begin = (): Promise<void> =>
      (entry.looking ??= lookAt(environment, name, entry).finally(() => {
        entry.looking = undefined;
      }));
    const ageMs = performance.now() - entry.lookedAt;
    if (!anew && ageMs < freshMs) {
      // The next look begins while this one still counts, so that nobody who asks steadily has to wait for one.
      if (ageMs > freshMs / 2) void begin();
      return { name, place, isCanary, look: entry.look, problem: entry.problem };
    }
    const inTime = await within(patienceMs, begin());
    const problem = inTime
      ? entry.problem
      : `It did not answer within ${String(patienceMs / 1_000)} seconds.`;
    return { name, place, isCanary, look: entry.look, problem };
  };

  return {
    async observe(environment, query = control.query, { anew = false } = {}) {
      const rows = await query<DatabaseRow>(
        `select name, place, is_canary, added_at, sealed_url from interlock_control.databases
          where environment = $1::text order by name`,
        [environment],
      );
      await forget(entries, { environment, kept: rows.map(({ name }) => name) });
      const results: Observation[] = [];
      const left = rows.entries();
      const work = async (): Promise<void> => {
        for (const [index, row] of left) results[index] = await observeOne(environment, row, { anew });
      };
      await Promise.all(Array.from({ length: Math.min(mostAtOnce, rows.length) }, work));
      return results;
    },
    async using({ environment, name }, work) {
      const entry = entries.get(`${environment}/${name}`);
      if (entry === undefined) throw new Error("a database is looked at before it is used");
      return entry.target.using(work);
    },
    async ofStructure<Result>(
      { environment, observation }: { environment: string; observation: Observation },
      key: string,
      read: (client: Client) => Promise<Result>,
    ) {
      const entry = entries.get(`${environment}/${observation.name}`);
      const version = observation.look?.catalogVersion;
      if (entry === undefined || version === undefined)
        throw new Error("a database is looked at before this");
      if (entry.structure.version !== version) entry.structure = { version, made: new Map() };
      const { made } = entry.structure;
      const known = made.get(key);
      if (known !== undefined) return known as Promise<Result>;
      const making = entry.target.using(read);
      made.set(key, making);
      making.catch(() => made.delete(key));
      return making;
    },
    async close() {
      const all = [...entries.values()];
      await Promise.all(all.map(({ target }) => target.close()));
      await Promise.all(all.map(({ writing }) => writing));
      entries.clear();
    },
  };
}

async function forget(
  entries: Map<string, Entry>,
  { environment, kept }: { environment: string; kept: readonly string[] },
): Promise<void> {
  for (const [key, { target }] of entries) {
    const [owner, name = ""] = key.split("/");
    if (owner !== environment || kept.includes(name)) continue;
    entries.delete(key);
    await target.close();
  }
}

/** Whether something ends in time; what it ends with is the business of who began it. */
async function within(ms: number, work: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => {
      resolve(false);
    }, ms);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
