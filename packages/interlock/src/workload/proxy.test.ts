import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { array, assert, asyncProperty, nat } from "fast-check";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Collector } from "./collector.ts";
import { recordProxy } from "./proxy.ts";
import { settle } from "./settle.ts";
import { message } from "./test-message.ts";
import { openTestServer, recordWith, type TestServer } from "./test-server.ts";
import { readUpstream } from "./upstream.ts";

let server: TestServer;

beforeAll(async () => {
  server = await openTestServer();
  await server.run(`
    create table payments (id bigint primary key, reference text not null);
    insert into payments select n, 'r' || n from generate_series(1, 1000) n`);
});

afterAll(async () => {
  await server.close();
});

/** A socket of `pg` after log-in, on which any bytes can be sent, and all that the server says on it. */
async function rawSession(url: string): Promise<{ socket: Socket; said: () => Buffer; close: () => void }> {
  const client = new Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  const { connection } = client as unknown as { connection: { stream: Socket } };
  const { stream } = connection;
  stream.removeAllListeners("data");
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  return { socket: stream, said: () => Buffer.concat(chunks), close: () => stream.destroy() };
}

/** Waits for as many ReadyForQuery as asked for, and returns the types of all messages before. */
async function typesUntilReady({ said }: { said: () => Buffer }, ready: number): Promise<string> {
  for (let tries = 0; tries < 2_000; tries += 1) {
    const types = typesOf(said());
    if (types.split("Z").length > ready) return types;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`the server said only ${typesOf(said())}`);
}

function typesOf(bytes: Buffer): string {
  let types = "";
  for (let at = 0; at + 5 <= bytes.length; at += 1 + bytes.readInt32BE(at + 1)) {
    types += bytes.toString("latin1", at, at + 1);
  }
  return types;
}

const pipelined: readonly Buffer[] = [
  message.parse("find", "select reference from payments where id = $1", [20]),
  message.bind("", "find", ["1"]),
  message.execute(""),
  message.bind("", "find", ["2"]),
  message.execute(""),
  message.parse("", "select count(*) from payments"),
  message.bind("", ""),
  message.describe("find"),
  message.execute(""),
  message.sync(),
  // An error: what is behind it, up to Sync, is passed over by the server and must not count.
  message.parse("", "select gone from payments"),
  message.bind("", ""),
  message.execute(""),
  message.parse("late", "select 'never run'"),
  message.sync(),
  // The name is free again.
  message.parse("late", "select reference from payments limit 1"),
  message.bind("part", "late"),
  message.execute("part", 1),
  message.execute("part", 1),
  message.close("late"),
  message.sync(),
  message.parse("", "copy payments from stdin"),
  message.bind("", ""),
  message.execute(""),
  message.sync(),
  message.copyData("5001\tfive\n"),
  message.copyDone(),
  message.sync(),
  message.query("copy payments from stdin"),
  message.copyData("5002\tsix\n"),
  message.copyFail(),
  message.query(
    "delete from payments where id > 5000; select 1 from payments where id = 1; select gone; select 2 from payments",
  ),
  message.query(""),
];
const pipelinedStatements = [
  ["copy payments from stdin", false, 2],
  ["delete from payments where id > $1::integer", false, 1],
  ["select 1 from payments where id = 1", false, 1],
  ["select count(*) from payments", false, 1],
  ["select reference from payments limit 1", true, 1],
  ["select reference from payments where id = $1::bigint", true, 2],
];

test("pipelined requests, errors in the middle and copies are counted for what they did", async () => {
  const result = await recordWith(server, async (url) => {
    const session = await rawSession(url);
    session.socket.write(Buffer.concat(pipelined));
    // Sync inside the copy is passed over by the server.
    await typesUntilReady(session, 7);
    session.close();
  });
  expect(result.unreadable).toEqual([]);
  expect(result.statements.map(({ sql, prepared, calls }) => [sql, prepared, calls])).toEqual(
    pipelinedStatements,
  );
  expect(result.leftOut).toEqual([expect.objectContaining({ reason: "refused", count: 2 })]);
});

test("wherever the bytes are cut, both sides get them unchanged and the recording is the same", async () => {
  const session = await rawSession(server.url);
  session.socket.write(Buffer.concat(pipelined));
  await typesUntilReady(session, 7);
  const answers = session.said();
  session.close();
  // ReadyForQuery, as after a log-in.
  const login = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);
  const startup = startupPacket();
  // The real server's answers, from a stand-in that sends them in other parts once all requests have arrived.
  const requests = Buffer.concat(pipelined);
  await assert(
    asyncProperty(
      array(nat({ max: 4_000 }), { maxLength: 40 }),
      array(nat({ max: 4_000 }), { maxLength: 40 }),
      async (requestCuts, answerCuts) => {
        const collector = new Collector({ samples: false });
        const arrived: Buffer[] = [];
        const fake = createServer((socket) => {
          socket.on("error", () => undefined);
          socket.on("data", (chunk) => {
            arrived.push(chunk);
            const length = Buffer.concat(arrived).length;
            if (length === startup.length) socket.write(login);
            if (length === startup.length + requests.length) void writeInParts(socket, answers, answerCuts);
          });
        }).listen(0, "127.0.0.1");
        await once(fake, "listening");
        const address = fake.address();
        if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
        const upstream = await readUpstream(
          `postgres://127.0.0.1:${String(address.port)}/x?sslmode=disable`,
          {},
        );
        const proxy = await recordProxy({ upstream, observer: collector });
        const client = connect(proxy.port, proxy.host);
        const got: Buffer[] = [];
        client.on("data", (chunk) => got.push(chunk));
        client.write(startup);
        await eventually(() => Buffer.concat(got).length === login.length);
        await writeInParts(client, requests, requestCuts);
        await eventually(() => Buffer.concat(got).length === login.length + answers.length);
        client.destroy();
        await proxy.close(0);
        fake.close();
        expect(Buffer.concat(arrived).equals(Buffer.concat([startup, requests]))).toBe(true);
        expect(Buffer.concat(got).equals(Buffer.concat([login, answers]))).toBe(true);
        expect(proxy.unreadable).toEqual([]);
        collector.drain();
        const { statements } = await settle(collector, { check: undefined, samples: false });
        expect(
          statements
            .map(({ sql, prepared, calls }) => [sql, prepared, calls])
            .toSorted((left, right) => (String(left[0]) < String(right[0]) ? -1 : 1)),
        ).toEqual(pipelinedStatements);
      },
    ),
    { numRuns: 40 },
  );
});

function startupPacket(): Buffer {
  const body = Buffer.from("\0\x03\0\0user\0x\0\0", "latin1");
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([length, body]);
}

async function writeInParts(socket: Socket, bytes: Buffer, cuts: readonly number[]): Promise<void> {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].toSorted(
    (left, right) => left - right,
  );
  socket.setNoDelay(true);
  let at = 0;
  for (const place of [...places, bytes.length]) {
    socket.write(bytes.subarray(at, place));
    at = place;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function eventually(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 5_000; tries += 1) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  throw new Error("it never came to hold");
}

test("a cancel request stops the statement that it is meant for", async () => {
  const result = await recordWith(server, async (url) => {
    const other = new Client({ connectionString: url });
    const client = new Client({ connectionString: url });
    await Promise.all([client.connect(), other.connect()]);
    const { processID, secretKey } = client as unknown as { processID: number; secretKey: number };
    const slow = client.query("select pg_sleep(60)").then(
      () => "done",
      (error: { code?: string }) => error.code,
    );
    const calm = other.query("select pg_sleep(0.3)");
    await server.run("select pg_sleep(0.1)");
    const packet = Buffer.alloc(16);
    packet.writeInt32BE(16, 0);
    packet.writeInt32BE(80_877_102, 4);
    packet.writeInt32BE(processID, 8);
    packet.writeInt32BE(secretKey, 12);
    const cancel = connect(Number(new URL(url).port), "127.0.0.1");
    cancel.end(packet);
    await once(cancel, "close");
    expect(await slow).toBe("57014");
    await calm;
    await client.end();
    await other.end();
  });
  expect(result.connections).toBe(2);
  expect(result.statements.map(({ sql, calls }) => [sql, calls])).toEqual([
    ["select pg_sleep($1::numeric)", 1],
    ["select pg_sleep($1::integer)", 1],
  ]);
});

test("a statement of many megabytes goes through, and is said not to be recorded", async () => {
  const long = "x".repeat(3_000_000);
  const result = await recordWith({ ...server, samples: true }, async (url) => {
    const client = new Client({ connectionString: url });
    await client.connect();
    const simple = await client.query<{ length: number }>(`select length('${long}')`);
    expect(simple.rows[0]?.length).toBe(long.length);
    const bound = await client.query<{ length: number }>("select length($1::text)", [long]);
    expect(bound.rows[0]?.length).toBe(long.length);
    await client.end();
  });
  expect(result.statements).toEqual([
    { name: "select-length", sql: "select length($1::text)", prepared: false, calls: 1 },
  ]);
  expect(result.leftOut).toEqual([expect.objectContaining({ reason: "too-large", count: 1 })]);
});

test("without a database behind it, a client is told so as PostgreSQL tells it", async () => {
  const upstream = await readUpstream("postgres://127.0.0.1:1/x", {});
  await recordWith({ upstream }, async (url) => {
    const client = new Client({ connectionString: url });
    await expect(client.connect()).rejects.toMatchObject({ code: "08006", severity: "FATAL" });
  });
});

test("a session that the server ends half-way ends for the client too, and what it did is recorded", async () => {
  const result = await recordWith(server, async (url) => {
    const client = new Client({ connectionString: url });
    const gone = once(client, "error");
    await client.connect();
    await client.query("select reference from payments where id = $1", [1]);
    const slow = client.query("select pg_sleep(60)").then(
      () => "done",
      (error: { code?: string }) => error.code,
    );
    await server.run(
      "select pg_sleep(0.1); select pg_terminate_backend(pid) from pg_stat_activity where query like 'select pg_sleep(60)%'",
    );
    expect(await slow).toBe("57P01");
    await gone.catch(() => undefined);
  });
  expect(result.statements.map(({ sql }) => sql)).toContain("select reference from payments where id = $1");
  expect(result.leftOut.map(({ reason }) => reason)).toEqual(["unanswered"]);
});

test("bytes that are no PostgreSQL are refused or passed on, and never end the proxy", async () => {
  const result = await recordWith(server, async (url) => {
    const port = Number(new URL(url).port);
    for (const bytes of [
      Buffer.from("GET / HTTP/1.1\r\n\r\n"),
      Buffer.alloc(8),
      Buffer.from([0x16, 3, 1, 0, 5, 1, 2, 3, 4]),
    ]) {
      const socket = connect(port, "127.0.0.1");
      socket.on("error", () => undefined);
      socket.write(bytes);
      socket.resume();
      await once(socket, "close");
    }
    const session = await rawSession(url);
    session.socket.write(Buffer.from([0x51, 0xff, 0xff, 0xff, 0xff, 1, 2, 3]));
    await once(session.socket, "close");
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query("select 1 from payments");
    await client.end();
  });
  expect(result.unreadable).toHaveLength(1);
  expect(result.statements).toHaveLength(1);
});

test("a client that does not read does not fill the memory of the proxy", async () => {
  await recordWith(server, async (url) => {
    const session = await rawSession(url);
    session.socket.pause();
    const before = process.memoryUsage.rss();
    session.socket.write(message.query("select repeat('x', 1000) from generate_series(1, 200000)"));
    await server.run("select pg_sleep(0.5)");
    // 200 MB are on their way; what is held is socket buffers.
    expect(process.memoryUsage.rss() - before).toBeLessThan(100_000_000);
    session.close();
  });
});
