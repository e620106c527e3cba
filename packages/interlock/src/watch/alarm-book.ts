import type { Alarm, WatchEvent } from "./alarm.ts";
import type { LoggedDdl } from "./ddl-log.ts";
import type { Preparation, Unprepared } from "./prepare-statements.ts";

/** Structural changes that an alarm names at most. */
const mostDdl = 10;
/** How often a statement is not answered, one time after the other, before that is told. */
const patience = 10;
const rowsKept = 500;
const overlap = 100n;

interface Entry {
  failing: Map<string, Unprepared>;
  alarm: Alarm | undefined;
  /** How many structural changes had been read when every statement prepared; 0 where that was never so. */
  workedUntil: number;
  unansweredTimes: number;
}

export interface Looked extends Preparation {
  /** `book.mark` from before the statements were prepared. */
  mark: number;
  appVersion: string;
  statements: readonly { name: string; sql: string }[];
  at: string;
}

/** What is known of each live version on one database, and what of it is news. Keeps the log it was given, bounded. */
export class AlarmBook {
  readonly #entries = new Map<string, Entry>();
  #log: { row: LoggedDdl; place: number }[] = [];
  #read = 0;

  /** `open`: alarms that are known from before, and are no news while they hold. */
  constructor(open: readonly Alarm[] = []) {
    for (const alarm of open) {
      const failing = new Map(alarm.statements.map((one) => [one.name, one]));
      this.#entries.set(alarm.appVersion, { failing, alarm, workedUntil: 0, unansweredTimes: 0 });
    }
  }

  /** Where to read on. Numbers are given before transactions commit, so that a lower one may come later. */
  get readAfter(): string {
    const highest = this.#log.reduce(
      (most, { row }) => (BigInt(row.number) > most ? BigInt(row.number) : most),
      0n,
    );
    return String(highest > overlap ? highest - overlap : 0n);
  }

  /** How many structural changes have been read. What is read later was perhaps made later. */
  get mark(): number {
    return this.#read;
  }

  /** Takes rows of the log; those that it has are left out. */
  addDdl(rows: readonly LoggedDdl[]): void {
    const known = new Set(this.#log.map(({ row }) => row.number));
    for (const row of rows) {
      if (known.has(row.number)) continue;
      this.#read += 1;
      this.#log.push({ row, place: this.#read });
    }
    this.#log = this.#log.slice(-rowsKept);
  }

  /** Takes what preparing a version's statements showed, and answers what is new. */
  take({ appVersion, statements, refused, unanswered, mark, at }: Looked): WatchEvent[] {
    const entry = this.#entries.get(appVersion) ?? {
      failing: new Map<string, Unprepared>(),
      alarm: undefined,
      workedUntil: 0,
      unansweredTimes: 0,
    };
    this.#entries.set(appVersion, entry);
    const failing = new Map(refused.map((one) => [one.name, one]));
    // What is not answered is as it was.
    for (const { name } of unanswered) {
      const before = entry.failing.get(name);
      if (before !== undefined) failing.set(name, before);
    }
    const events = this.#compare(entry, { appVersion, statements, failing, at });
    entry.failing = failing;
    if (failing.size === 0 && unanswered.length === 0) entry.workedUntil = mark;
    entry.unansweredTimes = unanswered.length === 0 ? 0 : entry.unansweredTimes + 1;
    if (entry.unansweredTimes === patience)
      events.push({ type: "unknown", appVersion, statements: unanswered });
    return events;
  }

  /** Forgets versions that are not live any more, and answers the alarms that end with them. */
  keepOnly(appVersions: ReadonlySet<string>, at: string): WatchEvent[] {
    const events: WatchEvent[] = [];
    for (const [appVersion, { alarm }] of this.#entries) {
      if (appVersions.has(appVersion)) continue;
      this.#entries.delete(appVersion);
      if (alarm !== undefined) events.push({ type: "cleared", appVersion, at, why: "not-live" });
    }
    return events;
  }

  #compare(
    entry: Entry,
    {
      appVersion,
      statements,
      failing,
      at,
    }: Pick<Looked, "appVersion" | "statements" | "at"> & { failing: ReadonlyMap<string, Unprepared> },
  ): WatchEvent[] {
    if (sameProblems(entry.failing, failing)) return [];
    if (failing.size === 0) {
      entry.alarm = undefined;
      return [{ type: "cleared", appVersion, at, why: "works" }];
    }
    const broken = statements.filter(({ name }) => failing.has(name)).map(({ sql }) => sql);
    entry.alarm = {
      appVersion,
      statements: [...failing.values()],
      ddl: this.#explain(entry, broken),
      raisedAt: entry.alarm?.raisedAt ?? at,
    };
    return [{ type: "alarm", alarm: entry.alarm }];
  }

  /** The changes since it worked that touch what the broken statements name; else all since then, if it ever did. */
  #explain({ workedUntil }: Entry, broken: readonly string[]): LoggedDdl[] {
    const since = this.#log.filter(({ place }) => place > workedUntil).map(({ row }) => row);
    const touching = since.filter(({ objects }) => touches(objects, broken));
    if (touching.length > 0) return touching.slice(-mostDdl);
    return workedUntil === 0 ? [] : since.slice(-mostDdl);
  }
}

function sameProblems(
  left: ReadonlyMap<string, Unprepared>,
  right: ReadonlyMap<string, Unprepared>,
): boolean {
  return (
    left.size === right.size &&
    [...right].every(([name, { sqlstate, message }]) => {
      const before = left.get(name);
      return before?.sqlstate === sqlstate && before.message === message;
    })
  );
}

/** Whether a statement names one of the objects: `table column public.payments.amount` by `payments` or `amount`. */
function touches(objects: readonly string[], statements: readonly string[]): boolean {
  const names = objects
    .flatMap((object) => (object.split(" ").at(-1) ?? "").split("."))
    .map((name) => name.replaceAll(/["()]/g, "").toLowerCase())
    .filter((name) => name !== "" && name !== "public");
  return statements.some((sql) => {
    const words = new Set(sql.toLowerCase().match(/[\p{L}_][\p{L}\p{N}_$]*/gu));
    return names.some((name) => words.has(name));
  });
}
