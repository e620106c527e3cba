import type { Socket } from "node:net";
import { array, assert, asyncProperty, constantFrom } from "fast-check";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { message } from "./test-message.ts";
import { openTestServer, recordWith, type TestServer } from "./test-server.ts";

let server: TestServer;

beforeAll(async () => {
  server = await openTestServer();
  await server.run("create table lines (id int primary key, body text)");
});

afterAll(async () => {
  await server.close();
});

/** What clients send in any order, sensible or not; each is one or more whole messages. */
const requests = {
  parseNamed: message.parse("a", "select id from lines where id = $1"),
  parseTaken: message.parse("a", "select body from lines"),
  parseOther: message.parse("b", "insert into lines values ($1, $2)"),
  parseUnnamed: message.parse("", "select count(*) from lines"),
  parseWrong: message.parse("", "select gone from lines"),
  parseEmpty: message.parse("", ""),
  parseCopy: message.parse("copy", "copy lines from stdin"),
  bindNamed: message.bind("", "a", ["1"]),
  bindPortal: message.bind("p", "a", ["2"]),
  bindOther: message.bind("", "b", ["1", null]),
  bindUnnamed: message.bind("", ""),
  bindUnknown: message.bind("", "unknown"),
  describe: message.describe("a"),
  describeUnknown: message.describe("unknown"),
  execute: message.execute(""),
  executePortal: message.execute("p", 1),
  close: message.close("a"),
  closeUnknown: message.close("unknown"),
  flush: message.flush(),
  sync: message.sync(),
  begin: message.query("begin"),
  rollback: message.query("rollback"),
  query: message.query("select 1; select id from lines; select gone; select 2"),
  queryWrong: message.query("selec"),
  queryEmpty: message.query(""),
  copy: Buffer.concat([
    message.query("copy lines from stdin"),
    message.copyData("7\tx\n"),
    message.copyDone(),
  ]),
  copyFails: Buffer.concat([message.query("copy lines from stdin"), message.copyFail()]),
  copyStray: message.copyDone(),
  copyOut: message.query("copy lines to stdout"),
  copyExtended: Buffer.concat([
    message.sync(),
    message.parse("", "copy lines from stdin"),
    message.bind("c", ""),
    message.execute("c"),
    message.sync(),
    message.copyData("8\ty\n"),
    message.copyDone(),
    message.sync(),
  ]),
};

type Request = keyof typeof requests;

test("whatever a client asks in whatever order, the recorder keeps step with the server", async () => {
  await assert(
    asyncProperty(
      array(constantFrom(...(Object.keys(requests) as Request[])), { maxLength: 40 }),
      async (asked) => {
        await server.run("truncate lines");
        const end = Buffer.concat([
          message.sync(),
          message.query("rollback"),
          message.query("select 'the end'"),
        ]);
        const result = await recordWith(server, async (url) => {
          await sendAll(url, Buffer.concat([...asked.map((name) => requests[name]), end]));
        });
        expect(result.unreadable).toEqual([]);
        const calls = new Map(result.statements.map(({ sql, calls: count }) => [sql, count]));
        expect(calls.get("select $1")).toBe(1);
        expect(result.leftOut.map(({ reason }) => reason)).not.toContain("unanswered");
      },
    ),
    {
      numRuns: 40,
      examples: [[["parseNamed", "bindNamed", "execute", "sync", "parseTaken", "bindNamed", "execute"]]],
    },
  );
});

const readyForQuery = Buffer.from([0x5a, 0, 0, 0, 5]);

/** Sends bytes on a session that has logged in, and waits until the server has answered `'the end'`. */
async function sendAll(url: string, bytes: Buffer): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
  stream.removeAllListeners("data");
  client.on("error", () => undefined);
  const said: Buffer[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    stream.on("data", (chunk: Buffer) => {
      said.push(chunk);
      // A row with this one value, its command's end, and ReadyForQuery.
      const all = Buffer.concat(said);
      if (all.lastIndexOf("the end") > 0 && all.subarray(-6, -1).equals(readyForQuery)) resolve();
    });
    stream.once("close", () => {
      reject(new Error(`the session ended: ${Buffer.concat(said).toString("latin1").slice(-300)}`));
    });
  });
  stream.write(bytes);
  await ended;
  stream.destroy();
}
