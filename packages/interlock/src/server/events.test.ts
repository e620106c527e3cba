import { connect, type AddressInfo, type Socket } from "node:net";
import type { FastifyInstance } from "fastify";
import { beforeEach, describe, expect, test } from "vitest";
import { scopesOfRole } from "../api/access.ts";
import { makeEventFeed } from "../control/event-feed.ts";
import { runWork } from "../control/run-work.ts";
import { useControl } from "../control/testing-control.ts";
import { Failure } from "../std/failure.ts";
import { sleep } from "../std/sleep.ts";
import { buildApp } from "./build-app.ts";
import { registerEvents } from "./events.ts";

const database = useControl();
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
let app: FastifyInstance;
let address = "";
let stopping: AbortController;
let revoked = false;

beforeEach(async () => {
  const feed = makeEventFeed(database.control, { applicationName: "interlock-server@test" });
  const end = new AbortController();
  const ended = runWork([feed.work], { signal: end.signal, log });
  stopping = new AbortController();
  revoked = false;
  const authenticate = async (authorization: string | undefined) => {
    if (authorization !== "Test viewer" || revoked) {
      throw new Failure({ code: "unauthenticated", message: "No." });
    }
    return {
      owner: "ada",
      token: "tok_a",
      role: "viewer" as const,
      scopes: new Set(scopesOfRole.viewer),
      environments: null,
    };
  };
  app = await buildApp({
    routes: [],
    authenticate,
    stopping: stopping.signal,
    extras: (own, admit) => {
      registerEvents(own, {
        feed,
        admit,
        authenticate,
        stopping: stopping.signal,
        log,
        most: 3,
        heartbeatMs: 50,
        slowMs: 300,
      });
    },
  });
  address = await app.listen({ port: 0, host: "127.0.0.1" });
  return async () => {
    stopping.abort();
    await app.close();
    end.abort();
    await ended;
  };
});

async function emit(
  subject: string,
  { environment, detail = {} }: { environment?: string; detail?: object } = {},
) {
  await database.control.transact(async (transaction) => {
    transaction.emit({
      kind: "test",
      subject,
      detail,
      ...(environment === undefined ? {} : { environment }),
    });
  });
}

async function open(query = "", headers: Record<string, string> = {}) {
  const end = new AbortController();
  const answer = await fetch(`${address}/api/v1/events${query}`, {
    headers: { authorization: "Test viewer", ...headers },
    signal: end.signal,
  });
  let text = "";
  let hasEnded = false;
  const read = (async () => {
    for await (const part of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) text += part;
  })()
    .catch(() => undefined)
    .finally(() => (hasEnded = true));
  return {
    answer,
    read,
    hasEnded: () => hasEnded,
    text: () => text,
    subjects: () =>
      [...text.matchAll(/^data: (.*)$/gm)].map(
        ([, data]) => (JSON.parse(data ?? "") as { subject: string }).subject,
      ),
    close: async () => {
      end.abort();
      await read;
    },
  };
}

async function until(what: () => boolean): Promise<void> {
  while (!what()) await sleep(10);
}

/** Until a reader has heard of so many; one whose stream has ended hears of nothing any more. */
async function heard(reader: Awaited<ReturnType<typeof open>>, count: number): Promise<void> {
  await until(() => reader.subjects().length === count || reader.hasEnded());
  expect({ heard: reader.subjects().length, hasEnded: reader.hasEnded() }).toEqual({
    heard: count,
    hasEnded: false,
  });
}

describe("server-sent events", () => {
  test("come as they happen, with their numbers; a reader that returns misses none", async () => {
    const first = await open("?after=0");
    expect(first.answer.headers.get("content-type")).toContain("text/event-stream");
    expect(first.answer.headers.get("content-security-policy")).toContain("default-src 'none'");
    await emit("one", { detail: { text: "with\nlines" } });
    await heard(first, 1);
    await first.close();
    await emit("two");
    const second = await open("", { "last-event-id": "1" });
    await emit("three");
    await heard(second, 2);
    expect(second.subjects()).toEqual(["two", "three"]);
    expect(second.text()).toContain("id: 2\nevent: test\ndata: ");
    await second.close();
  });

  test("of one environment only, when asked", async () => {
    const reader = await open("?after=0&environment=staging");
    await emit("a", { environment: "production" });
    await emit("b", { environment: "staging" });
    await emit("c");
    await emit("d", { environment: "staging" });
    await heard(reader, 2);
    expect(reader.subjects()).toEqual(["b", "d"]);
    await reader.close();
  });

  test("a comment now and then keeps the connection; a token that was revoked ends it", async () => {
    const reader = await open();
    await until(() => reader.text().includes(": here"));
    revoked = true;
    await reader.read;
    expect(reader.text()).toContain("retry: 2000");
  });

  test("end when the server stops", async () => {
    const reader = await open();
    stopping.abort();
    await reader.read;
    expect(reader.subjects()).toEqual([]);
  });

  test("only so many readers at once, and a place is free again when one goes", async () => {
    const readers = [await open(), await open(), await open()];
    const refused = await open();
    expect(refused.answer.status).toBe(503);
    await refused.read;
    expect(JSON.parse(refused.text())).toMatchObject({ code: "too-many-readers" });
    await readers[0]?.close();
    let again = await open();
    while (again.answer.status === 503) again = await open();
    expect(again.answer.status).toBe(200);
    for (const reader of [...readers, again]) await reader.close();
  });

  test("a reader that takes nothing is dropped, and the others get everything", async () => {
    const quick = await open("?after=0");
    const { port } = app.server.address() as AddressInfo;
    const slow: Socket = connect(port, "127.0.0.1");
    slow.on("error", () => undefined);
    const closed = new Promise((resolve) => slow.once("close", resolve));
    slow.write("GET /api/v1/events?after=0 HTTP/1.1\r\nhost: x\r\nauthorization: Test viewer\r\n\r\n");
    slow.pause();
    const detail = { text: "x".repeat(500_000) };
    for (let index = 0; index < 40; index += 1) await emit(String(index), { detail });
    await heard(quick, 40);
    // The server ends it; what is left in the buffers is read until then.
    await sleep(600);
    slow.resume();
    await closed;
    await quick.close();
    expect(quick.subjects()).toHaveLength(40);
  });

  test.each([
    ["?environment=Not%20a%20name", {}],
    ["?after=x", {}],
    ["?unknown=1", {}],
    ["", { "last-event-id": "x" }],
    ["", { "last-event-id": "-1" }],
  ])("refuses %s %j", async (query, headers) => {
    const { answer, read } = await open(query, headers as Record<string, string>);
    expect(answer.status).toBe(400);
    await read;
  });

  test("nobody without a token reads", async () => {
    const { answer, read } = await open("", { authorization: "Test nobody" });
    expect(answer.status).toBe(401);
    await read;
  });
});
