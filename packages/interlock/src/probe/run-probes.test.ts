import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkSchema, type NewResult, type ProbeOrder } from "../api/probes.ts";
import { sleep } from "../std/sleep.ts";
import { runProbes } from "./run-probes.ts";

let server: Server;
let base: string;
let hanging = 0;
let mostHanging = 0;

function isAsked(): boolean {
  return hanging > 0;
}

beforeEach(async () => {
  hanging = 0;
  mostHanging = 0;
  server = createServer((request, response) => {
    if (request.url === "/fast") {
      response.end("ok");
      return;
    }
    // Never answered: only the client ends it.
    hanging += 1;
    mostHanging = Math.max(mostHanging, hanging);
    response.once("close", () => (hanging -= 1));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function order(name: string, change: Partial<ProbeOrder> = {}): ProbeOrder {
  const check = checkSchema.parse({ kind: "http", url: `${base}/${name}` });
  return {
    id: `prb_${name}`,
    name,
    revision: 1,
    intervalMs: 20,
    timeoutMs: 5_000,
    check,
    secrets: {},
    ...change,
  };
}

interface Running {
  results: NewResult[];
  orders: ProbeOrder[];
  /** Waits until there are so many results of a probe. */
  until(probe: string, count: number): Promise<void>;
  stop(): Promise<void>;
}

function start(orders: ProbeOrder[], { refusals = 0 } = {}): Running {
  const ending = new AbortController();
  const running: Running = {
    results: [],
    orders,
    async until(probe, count) {
      while (running.results.filter((one) => one.probe === probe).length < count) await sleep(5);
    },
    async stop() {
      ending.abort();
      await done;
    },
  };
  let refused = 0;
  const done = runProbes({
    worker: "test",
    load: async () => running.orders,
    pause: (signal) => sleep(10, signal).catch(() => undefined),
    connection: async () => ({}),
    async record({ results }) {
      refused += 1;
      if (refused <= refusals) throw new Error("the database is away");
      running.results.push(...results);
    },
    signal: ending.signal,
  });
  return running;
}

test("a probe whose service hangs holds up no other, and never asks twice at a time", async () => {
  const running = start([order("slow", { timeoutMs: 60, intervalMs: 5 }), order("fast")]);
  await running.until("prb_fast", 20);
  await running.until("prb_slow", 3);
  await running.stop();
  // The service may hear of the next one before it hears that the one before it was given up; of a dozen it would
  // hear if they piled up.
  expect(mostHanging).toBeLessThanOrEqual(2);
  for (const probe of ["prb_fast", "prb_slow"]) {
    const slots = running.results.filter((one) => one.probe === probe).map(({ slot }) => slot);
    expect(new Set(slots).size).toBe(slots.length);
    expect(slots).toEqual(slots.toSorted((left, right) => left - right));
  }
  expect(running.results.every(({ probe, outcome }) => probe === "prb_slow" || outcome !== "failed")).toBe(
    true,
  );
});

test("what could not be recorded is recorded later, and nothing twice", async () => {
  const running = start([order("fast")], { refusals: 1 });
  await running.until("prb_fast", 5);
  await running.stop();
  const slots = running.results.map(({ slot }) => slot);
  expect(new Set(slots).size).toBe(slots.length);
});

test("another revision is carried out in the place of the one before it, and what was removed is not", async () => {
  const running = start([order("fast")]);
  await running.until("prb_fast", 1);
  running.orders = [
    order("fast", {
      revision: 2,
      check: checkSchema.parse({ kind: "http", url: `${base}/fast`, expect: { status: [204] } }),
    }),
  ];
  while (running.results.at(-1)?.outcome !== "failed") await sleep(5);
  running.orders = [];
  await sleep(50);
  const count = running.results.length;
  await sleep(100);
  expect(running.results.length - count).toBeLessThanOrEqual(1);
  await running.stop();
});

test("stopping ends what is under way, and says nothing of it", async () => {
  const running = start([order("slow", { timeoutMs: 60_000 })]);
  while (!isAsked()) await sleep(5);
  await running.stop();
  expect(running.results).toEqual([]);
});
