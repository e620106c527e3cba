import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Client } from "pg";
import { describe, expect, test } from "vitest";
import { useControl } from "../control/testing-control.ts";
import { sleep } from "../std/sleep.ts";
import { runCommand, useServe, type ServeProcess } from "./testing-serve.ts";

const processes = useServe();
const targets = useControl();

async function tokenOf(directory: string): Promise<string> {
  return (await readFile(join(directory, "admin-token"), "utf8")).trim();
}

async function leads(server: ServeProcess, token: string): Promise<boolean> {
  const { body } = await server.ask("/metrics", { token });
  return /^interlock_leader 1$/m.test(String(body));
}

async function until(what: () => Promise<boolean>): Promise<void> {
  while (!(await what())) await sleep(50);
}

describe("interlock serve", () => {
  test("works alone, a second time on the same data, and stops with Ctrl-C, readers of events and all", async () => {
    const directory = await processes.directory();
    const first = await processes.serve(["--data", directory]);
    const token = await tokenOf(directory);
    expect(first.stderr()).toContain(join(directory, "admin-token"));
    expect(await first.ask("/healthz")).toEqual({ status: 200, body: { status: "ok" } });
    expect(await first.ask("/readyz")).toEqual({ status: 200, body: { status: "ready" } });
    expect(await first.ask("/api/v1/whoami", { token })).toMatchObject({
      status: 200,
      body: { role: "admin" },
    });
    expect(await first.ask("/api/v1/whoami")).toMatchObject({
      status: 401,
      body: { code: "unauthenticated" },
    });
    expect(await first.ask("/metrics")).toMatchObject({ status: 401 });
    const second = await processes.serve(["--data", directory]);
    expect(second.stderr()).not.toContain("admin-token");
    expect(await second.ask("/api/v1/whoami", { token })).toMatchObject({ status: 200 });
    const events = await fetch(`${second.address}/api/v1/events`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(await first.end()).toBe(0);
    // PostgreSQL stays for as long as somebody uses it.
    expect(await second.ask("/readyz")).toMatchObject({ status: 200 });
    expect(await second.end()).toBe(0);
    // The stream ended by itself.
    expect(await events.text()).toContain("retry:");
    const third = await processes.serve(["--data", directory]);
    expect(await third.ask("/api/v1/whoami", { token })).toMatchObject({ status: 200 });
    expect(third.stderr()).not.toContain(token);
  });

  test("two servers that start at once on the same new data both come up, with one token", async () => {
    const directory = await processes.directory();
    const servers = await Promise.all([1, 2].map(() => processes.serve(["--data", directory])));
    const token = await tokenOf(directory);
    for (const server of servers) {
      expect(await server.ask("/api/v1/whoami", { token })).toMatchObject({ status: 200 });
    }
    expect(servers.filter((server) => server.stderr().includes("admin-token"))).toHaveLength(1);
  });

  test("goes on after its PostgreSQL was killed, and says so meanwhile", async () => {
    const directory = await processes.directory();
    const server = await processes.serve(["--data", directory]);
    const token = await tokenOf(directory);
    expect(await server.ask("/api/v1/audit", { token })).toMatchObject({ status: 200 });
    const file = join(directory, "postgres", "data", "postmaster.pid");
    const pid = Number.parseInt(await readFile(file, "utf8"), 10);
    process.kill(pid, "SIGKILL");
    await until(async () => (await server.ask("/readyz")).status === 503);
    const during = await server.ask("/api/v1/audit", { token });
    expect([200, 503]).toContain(during.status);
    expect(await server.ask("/healthz")).toMatchObject({ status: 200 });
    await until(async () => (await server.ask("/readyz")).status === 200);
    expect(await server.ask("/api/v1/audit", { token })).toMatchObject({ status: 200 });
    await until(() => leads(server, token));
    expect(server.stderr()).not.toContain("a fault of Interlock's own");
  });

  test.each([
    [["--port", "seven"], "number-not-valid"],
    [["--port", "65536"], "number-not-valid"],
    [["--read-limit", "0"], "number-not-valid"],
    [["--data", `/tmp/${"long".repeat(30)}`], "data-directory-not-usable"],
    [["--data", "/dev/null/data"], "data-directory-not-usable"],
    [["--database", "planted-password"], "database-url-not-valid"],
    [["--database", "postgres://u:planted-password@127.0.0.1:1/x"], "database-not-reachable"],
  ])("%j is refused: %s", async (flags, code) => {
    const directory = await processes.directory();
    const data = flags.includes("--data") ? [] : ["--data", directory];
    const { code: exit, stderr, stdout } = await runCommand(["serve", ...data, ...flags]);
    expect(stderr).toContain(`error[${code}]`);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
    expect(stderr).not.toContain("planted-password");
  });
});

describe("several servers on one database", () => {
  test("share tokens, keys and a leader; the other one leads when it was killed", async () => {
    const { url } = await targets.target();
    const key = { INTERLOCK_KEY: randomBytes(32).toString("base64") };
    const directories = [await processes.directory(), await processes.directory()];
    const [first, second] = await Promise.all(
      directories.map((directory) => processes.serve(["--data", directory, "--database", url], key)),
    );
    if (first === undefined || second === undefined) throw new Error("two were started");
    const tokens = await Promise.all(directories.map((directory) => tokenOf(directory).catch(() => "")));
    const [token = "", ...more] = tokens.filter((text) => text !== "");
    expect(more).toEqual([]);
    const made = await runCommand(["token", "make", "--name", "x", "--role", "viewer", "--json"], {
      INTERLOCK_SERVER: first.address,
      INTERLOCK_TOKEN: token,
    });
    const { id, secret } = JSON.parse(made.stdout) as { id: string; secret: string };
    expect(await second.ask("/api/v1/whoami", { token: secret })).toMatchObject({ status: 200 });
    expect(await first.ask(`/api/v1/tokens/${id}`, { token, method: "DELETE" })).toMatchObject({
      status: 200,
    });
    await until(async () => (await second.ask("/api/v1/whoami", { token: secret })).status === 401);
    await until(async () => (await leads(first, token)) || (await leads(second, token)));
    const firstLeads = await leads(first, token);
    expect(firstLeads).not.toBe(await leads(second, token));
    const [leader, other] = firstLeads ? [first, second] : [second, first];
    await leader.end("SIGKILL");
    await until(() => leads(other, token));
    const taken = new URL(other.address).port;
    const wrongPort = await runCommand(
      ["serve", "--data", directories[0] ?? "", "--database", url, "--port", taken],
      key,
    );
    expect(wrongPort).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("error[port-taken]") as unknown,
    });
    const wrongKey = await runCommand(
      ["serve", "--data", directories[0] ?? "", "--database", url, "--port", "0"],
      {
        INTERLOCK_KEY: randomBytes(32).toString("hex"),
      },
    );
    expect(wrongKey).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("error[key-differs]") as unknown,
    });
    expect(wrongKey.stderr).not.toContain(url);
  });
});

describe("token and audit", () => {
  test("make, list and revoke tokens; verify the log with and without the server", async () => {
    const { url, client } = await targets.target();
    const directory = await processes.directory();
    const server = await processes.serve(["--data", directory, "--database", url]);
    const file = join(directory, "admin-token");
    const flags = ["--server", server.address, "--token-file", file];
    const out = join(directory, "ci-token");
    const made = await runCommand([
      "token",
      "make",
      "--name",
      "deploys",
      "--role",
      "releaser",
      "--env",
      "staging",
      "--out",
      out,
      ...flags,
    ]);
    expect(made).toMatchObject({ code: 0, stdout: "" });
    const secret = (await readFile(out, "utf8")).trim();
    expect(await server.ask("/api/v1/whoami", { token: secret })).toMatchObject({
      body: { environments: ["staging"] },
    });
    const list = await runCommand(["token", "list", ...flags]);
    expect(list.stdout).toContain('"deploys"');
    expect(list.stdout).not.toContain(secret);
    const [, id = ""] = /(tok_\w+) {2}releaser/.exec(list.stdout) ?? [];
    expect(await runCommand(["token", "revoke", id, ...flags])).toMatchObject({ code: 0 });
    expect(await runCommand(["token", "revoke", id, ...flags])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("error[already-revoked]") as unknown,
    });
    expect(await runCommand(["token", "make", "--name", "x", ...flags])).toMatchObject({ code: 2 });
    const verified = await runCommand(["audit", "verify", ...flags]);
    expect(verified).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("intact: 3 entries") as unknown,
    });
    expect((await runCommand(["audit", "verify", "--database", url])).stdout).toBe(verified.stdout);
    expect((await runCommand(["audit", "list", ...flags])).stdout).toContain("token.revoke");
    await tamper(client);
    for (const words of [["--database", url], flags]) {
      expect(await runCommand(["audit", "verify", ...words])).toMatchObject({
        code: 1,
        stdout: expect.stringContaining("not intact at entry 2") as unknown,
      });
    }
  });
});

async function tamper(client: Client): Promise<void> {
  await client.query("set session_replication_role = replica");
  await client.query("update interlock_control.audit_log set actor = 'eve' where number = 2");
}
