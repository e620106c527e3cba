import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { existsSync } from "node:fs";
import { sleep } from "../std/sleep.ts";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openServer } from "../shadow/open-server.ts";
import type { Lease } from "../shadow/lease.ts";
import { connect } from "./connect.ts";

// A server with a password, on a loopback port: what goes wrong at a login only shows there.
let server: Lease;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "il-"));
  // PostgreSQL does not run as root; its own user has to get through to its folder.
  await chmod(directory, 0o711);
  server = await openServer({ directory: join(directory, "pg") });
});

afterAll(async () => {
  server.release();
  // The server stops after the last process that opened it let go.
  for (
    let looks = 0;
    existsSync(join(directory, "pg", "data", "postmaster.pid")) && looks < 2_000;
    looks += 1
  ) {
    await sleep(10);
  }
  await rm(directory, { recursive: true, force: true });
});

const secret = "hunter2-hunter2";

function urlOf({ user = "postgres", password = "", port = 0, database = "postgres" }): string {
  const at = String(port === 0 ? server.address.port : port);
  return `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${at}/${database}`;
}

describe("opening a session", () => {
  test("names it, and has done so from its first moment", async () => {
    const client = await connect({ ...server.address, database: "postgres" });
    const { rows } = await client.query("select current_setting('application_name') as name");
    expect(rows).toEqual([{ name: "interlock" }]);
    // What it was when the session began.
    await client.query("reset application_name");
    const first = await client.query("select current_setting('application_name') as name");
    expect(first.rows).toEqual([{ name: "interlock" }]);
    await client.end();
  });

  test.each([
    ["a wrong password", () => urlOf({ password: secret }), "login-refused"],
    ["an unknown user", () => urlOf({ user: "nobody", password: secret }), "login-refused"],
    [
      "no password",
      () => `postgres://postgres@127.0.0.1:${String(server.address.port)}/postgres`,
      "login-refused",
    ],
    [
      "an unknown database",
      () => urlOf({ password: server.address.password ?? "", database: "nowhere" }),
      "no-such-database",
    ],
    ["a port where nobody listens", () => urlOf({ port: 1, password: secret }), "database-not-reachable"],
    ["a host that is none", () => `postgres://u:${secret}@host.invalid/db`, "database-not-reachable"],
    ["a URL of something else", () => `postgress://u:${secret}@127.0.0.1/db`, "database-url-not-valid"],
    ["a URL without a scheme", () => `//u:${secret}@127.0.0.1/db`, "database-url-not-valid"],
    ["a URL that is none", () => `postgres://u:${secret}@[host/db`, "database-url-not-valid"],
  ])("%s is a failure with its code, its state and no password", async (_, url, code) => {
    const failure: unknown = await connect({ connectionString: url() }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code, state: "Nothing was changed." });
    const { message, why, next } = failure as { message: string; why: string; next: string };
    expect(`${message} ${why} ${next}`).not.toContain(secret);
    expect(next).not.toBe("");
  });

  test("a server that goes away ends the session without an uncaught event", async () => {
    const client = await connect({ ...server.address, database: "postgres" });
    const other = await connect({ ...server.address, database: "postgres" });
    await other.query("select pg_terminate_backend($1)", [Reflect.get(client, "processID")]);
    await expect(client.query("select 1")).rejects.toThrow(Error);
    await other.end();
  });
});
