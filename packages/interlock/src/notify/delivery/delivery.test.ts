import { describe, expect, test } from "vitest";
import { HostTurns } from "../hook/host-turns.ts";
import { fanOut } from "../telling/fan-out.ts";
import { makeTellings } from "../telling/make-tellings.ts";
import { useNotify } from "../testing/use-notify.ts";
import { claim, takeBackAbandoned } from "./claim.ts";
import { recordOutcomes } from "./record-outcomes.ts";
import { restAfter } from "./retry-schedule.ts";

const testing = useNotify();

async function spread(batch?: number): Promise<void> {
  await makeTellings(testing.notify);
  while (await fanOut(testing.notify, batch === undefined ? {} : { batch }));
}

const take = (server: string, most = 10) =>
  claim(testing.notify, { lane: 2, channel: "email", most, server, busyHosts: [] });

async function subscribeMany(count: number): Promise<void> {
  for (let number = 0; number < count; number += 1) {
    await testing.subscribe({ address: `s${String(number)}@example.com` });
  }
}

describe("deliveries", () => {
  test("are made in batches, each subscriber's once, by several servers at once and after a crash in the middle", async () => {
    await subscribeMany(10);
    await testing.say(await testing.incident(), "identified");
    await Promise.all([1, 2, 3].map(() => makeTellings(testing.notify)));
    expect(
      await testing.control.query("select from interlock_control.tellings where kind = 'update'"),
    ).toHaveLength(1);
    await fanOut(testing.notify, { batch: 3 });
    const [half] = await testing.control.query<{ up_to: string; told: number; ended: Date | null }>(
      "select told_up_to as up_to, told, ended_at as ended from interlock_control.tellings where kind = 'update'",
    );
    expect(half).toEqual({ up_to: "3", told: 3, ended: null });
    // As if the deliveries of a batch had been made and its place not been noted.
    await testing.control.query("update interlock_control.tellings set told_up_to = 0");
    await Promise.all([1, 2, 3].map(() => spread(3)));
    expect(await testing.deliveries()).toHaveLength(10);
  });

  test("are claimed by one server each", async () => {
    await subscribeMany(9);
    await testing.say(await testing.incident(), "identified");
    await spread();
    const claimed = await Promise.all(["a", "b", "c", "d"].map((server) => take(server, 3)));
    const numbers = claimed.flat().map(({ number }) => number);
    expect(new Set(numbers).size).toBe(numbers.length);
    const rest = await take("e", 20);
    expect(numbers.length + rest.length).toBe(9);
  });

  test("of a server that died are tried again, in doubt; what it says afterwards counts for nothing", async () => {
    await subscribeMany(1);
    await testing.say(await testing.incident(), "identified");
    await spread();
    const [delivery] = await take("dead");
    if (delivery === undefined) throw new Error("there is one");
    expect(await takeBackAbandoned(testing.notify)).toBe(0);
    await testing.control.query(
      "update interlock_control.deliveries set lease_until = now() - interval '1 second'",
    );
    expect(await takeBackAbandoned(testing.notify)).toBe(1);
    const [again] = await take("alive");
    expect(again).toMatchObject({ number: delivery.number, attempts: 2 });
    const late = await recordOutcomes(testing.notify, {
      server: "dead",
      ended: [{ delivery, outcome: { state: "failed", problem: "x", refusal: true } }],
    });
    expect(late.size).toBe(0);
    await recordOutcomes(testing.notify, {
      server: "alive",
      ended: [{ delivery, outcome: { state: "sent" } }],
    });
    expect(await testing.deliveries()).toMatchObject([{ state: "sent", doubts: 1 }]);
  });

  test("of one receiver and incident go one after the other, those of another incident beside them", async () => {
    await subscribeMany(1);
    const one = await testing.incident("One");
    await testing.say(one, "identified");
    await testing.say(one, "monitoring");
    const other = await testing.say(await testing.incident("Other"), "identified");
    await spread();
    const first = await take("a");
    expect(first.map(({ subject }) => subject)).toContain(other);
    expect(first).toHaveLength(2);
    expect(await take("b")).toEqual([]);
    await recordOutcomes(testing.notify, {
      server: "a",
      ended: first.map((delivery) => ({ delivery, outcome: { state: "sent" } })),
    });
    expect(await take("b")).toHaveLength(1);
  });

  test("that were released count as no attempt; those that fail often enough are given up", async () => {
    await subscribeMany(1);
    await testing.say(await testing.incident(), "identified");
    await spread();
    const [released] = await take("a");
    if (released === undefined) throw new Error("there is one");
    await recordOutcomes(testing.notify, {
      server: "a",
      ended: [{ delivery: released, outcome: { state: "released", afterMs: 0, problem: "ECONNREFUSED" } }],
    });
    expect(await testing.deliveries()).toMatchObject([{ state: "waiting", attempts: 0 }]);
    for (let attempt = 1; attempt <= 10; attempt += 1) {
      const [delivery] = await take("a");
      if (delivery === undefined) throw new Error("it is tried again");
      const outcome = { state: "failed-for-now", problem: "smtp-451", doubt: false } as const;
      await recordOutcomes(testing.notify, { server: "a", ended: [{ delivery, outcome }] });
      await testing.control.query(
        "update interlock_control.deliveries set due_at = now() where state = 'waiting'",
      );
    }
    expect(await testing.deliveries()).toMatchObject([{ state: "given-up", attempts: 10 }]);
  });
});

test("rests grow from five seconds to a day, each a fifth shorter or longer", () => {
  const rests = Array.from({ length: 10 }, (_, index) =>
    restAfter(index + 1, { urgent: false, random: 0.5 }),
  );
  expect(rests.slice(0, 2)).toEqual([5_000, 300_000]);
  expect(rests.slice(-2)).toEqual([86_400_000, undefined]);
  expect(restAfter(1, { urgent: false, random: 0 })).toBe(4_000);
  expect(restAfter(1, { urgent: false, random: 1 })).toBe(6_000);
  expect(restAfter(1, { urgent: true, random: 0.5 })).toBe(1_000);
});

test("deliveries to one host take turns, eight at once, and a host that only fails rests longer and longer", async () => {
  let now = 0;
  const turns = new HostTurns({ now: () => now });
  const taken = await Promise.all(Array.from({ length: 8 }, () => turns.take("a")));
  expect(taken).toEqual(Array.from({ length: 8 }, () => true));
  expect(turns.busy()).toEqual(["a"]);
  expect(await turns.take("b")).toBe(true);
  const ninth = turns.take("a");
  turns.give("a", { isUp: true });
  expect(await ninth).toBe(true);
  const waiting = [turns.take("a"), turns.take("a")];
  for (let failure = 0; failure < 2; failure += 1) turns.give("a", { isUp: false });
  expect(await Promise.all(waiting)).toEqual([true, true]);
  const tenth = turns.take("a");
  turns.give("a", { isUp: false });
  expect(await tenth).toBe(false);
  expect(turns.restMs("a")).toBe(5_000);
  now = 5_000;
  for (let left = 0; left < 7; left += 1) turns.give("a", { isUp: false });
  expect(turns.restMs("a")).toBe(10_000);
  now = 15_000;
  expect(await turns.take("a")).toBe(true);
  turns.give("a", { isUp: true });
  expect(turns.busy()).toEqual([]);
});
