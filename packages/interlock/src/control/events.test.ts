import { Client } from "pg";
import { describe, expect, test } from "vitest";
import { sleep } from "../std/sleep.ts";
import { makeEventFeed, type EventFeed } from "./event-feed.ts";
import { forgetSome } from "./forget-old-events.ts";
import { runWork } from "./run-work.ts";
import { useControl } from "./testing-control.ts";

const database = useControl();
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

async function withFeed(work: (feed: EventFeed, signal: AbortSignal) => Promise<void>): Promise<void> {
  const feed = makeEventFeed(database.control, { applicationName: "interlock-server@test" });
  const until = new AbortController();
  const ended = runWork([feed.work], { signal: until.signal, log });
  try {
    await work(feed, until.signal);
  } finally {
    until.abort();
    await ended;
  }
}

async function emit(subject: string, pauseMs = 0): Promise<void> {
  await database.control.transact(async (transaction) => {
    transaction.emit({ kind: "test", subject, detail: {} });
    await sleep(pauseMs);
  });
}

async function take(feed: EventFeed, count: number, signal: AbortSignal, after = "0"): Promise<string[]> {
  const subjects: string[] = [];
  for await (const { subject } of feed.follow({ after, signal })) {
    subjects.push(subject);
    if (subjects.length === count) break;
  }
  return subjects;
}

describe("events", () => {
  test("a reader gets those that were and those that come, in order, each once", async () => {
    await emit("before");
    await withFeed(async (feed, signal) => {
      const readers = [take(feed, 3, signal), take(feed, 3, signal)];
      await emit("during");
      await emit("after");
      expect(await Promise.all(readers)).toEqual([
        ["before", "during", "after"],
        ["before", "during", "after"],
      ]);
    });
  });

  test("a reader that came before the feed had looked for the first time hears of what was in between", async () => {
    const feed = makeEventFeed(database.control, { applicationName: "interlock-server@test" });
    const until = new AbortController();
    const reader = take(feed, 1, until.signal);
    // It has found nothing and waits.
    await sleep(50);
    await emit("in between");
    const ended = runWork([feed.work], { signal: until.signal, log });
    expect(await reader).toEqual(["in between"]);
    until.abort();
    await ended;
  });

  test("numbers become visible in order, however transactions overlap: no reader misses one", async () => {
    await withFeed(async (feed, signal) => {
      const reader = take(feed, 120, signal);
      await Promise.all(
        Array.from({ length: 6 }, async (_, writer) => {
          for (let index = 0; index < 20; index += 1) {
            await emit(`${String(writer)}-${String(index)}`, (index * 7 + writer) % 5);
          }
        }),
      );
      const subjects = await reader;
      expect(new Set(subjects).size).toBe(120);
    });
  });

  test("a reader that is far behind gets what the feed no longer has at hand", async () => {
    await database.control.query(
      `insert into interlock_control.events (kind, subject, detail)
       select 'test', number::text, '{}' from generate_series(1, 2500) as number`,
    );
    await withFeed(async (feed, signal) => {
      const subjects = await take(feed, 2_500, signal);
      expect(subjects).toEqual(Array.from({ length: 2_500 }, (_, index) => String(index + 1)));
    });
  });

  test("a reader whose place is gone goes on with what is there", async () => {
    await emit("old");
    await database.control.query("update interlock_control.events set at = at - interval '8 days'");
    await emit("new");
    expect(await forgetSome(database.control)).toBe(1);
    expect(await forgetSome(database.control)).toBe(0);
    await withFeed(async (feed, signal) => {
      expect(await take(feed, 1, signal)).toEqual(["new"]);
    });
  });

  test("readers wait without asking the database when everything is gone", async () => {
    await emit("old");
    await withFeed(async (feed, signal) => {
      expect(await take(feed, 1, signal)).toEqual(["old"]);
      await database.control.query("delete from interlock_control.events");
      const reader = take(feed, 1, signal);
      await sleep(50);
      await emit("next");
      expect(["old", "next"]).toContain((await reader)[0]);
    });
  });

  test("the feed goes on after its session was ended", async () => {
    await withFeed(async (feed, signal) => {
      const reader = take(feed, 3, signal);
      await emit("one");
      const killer = new Client(database.control.connection);
      await killer.connect();
      await killer.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and query like 'listen%' and pid <> pg_backend_pid()`,
      );
      await killer.end();
      await emit("two");
      await emit("three");
      expect(await reader).toEqual(["one", "two", "three"]);
    });
  });

  test("following ends with its signal", async () => {
    await withFeed(async (feed) => {
      const until = new AbortController();
      const reader = take(feed, 1, until.signal);
      until.abort();
      expect(await reader).toEqual([]);
    });
  });
});
