import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { connect } from "../packages/interlock/src/database/connect.ts";
import { createPayments, paidStatusPlan } from "../packages/interlock/src/ship/example-change.ts";
import { openShadow, type Shadow } from "../packages/interlock/src/shadow/open-shadow.ts";
import { fingerprint } from "./crash/fingerprint.ts";

const binary = join(import.meta.dirname, "../packages/interlock/bin/interlock.js");
let shadow: Shadow;
let directory: string;
let plan: string;
let database: string;
let url: string;
let client: Awaited<ReturnType<typeof connect>>;

beforeAll(async () => {
  shadow = await openShadow();
  directory = await mkdtemp(join(tmpdir(), "il-"));
  plan = join(directory, "plan.json");
  await writeFile(plan, JSON.stringify({ ...paidStatusPlan(), proof: {} }));
});

afterAll(async () => {
  await shadow.close();
  await rm(directory, { recursive: true, force: true });
});

beforeEach(async () => {
  database = await shadow.createDatabase();
  const connection = shadow.connection(database);
  client = await connect(connection);
  await createPayments(client, { rows: 20_000 });
  const { host = "", port = 5432 } = connection;
  url = `postgres://postgres@/${database}?host=${encodeURIComponent(host)}&port=${String(port)}`;
  return async () => {
    await client.end();
    await shadow.dropDatabase(database);
  };
});

interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

function start(...args: string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [binary, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = once(child, "close").then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
    stdout,
    stderr,
  }));
  return { child, ended };
}

/** Returns once the child has printed this. */
async function says(child: ChildProcess, text: string): Promise<void> {
  let seen = "";
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on("data", (chunk: string) => {
      seen += chunk;
      if (seen.includes(text)) resolve();
    });
    child.once("close", () => reject(new Error(`it ended and never said ${text}`)));
  });
}

describe("interlock ship", () => {
  test("ships a plan file to where both versions work, shows it, and finishes", async () => {
    const half = await start("ship", "--plan", plan, "--database", url, "--to", "expand").ended;
    expect(half).toMatchObject({ code: 0, stderr: "" });
    expect(half.stdout).toContain("20,000 of 20,000");
    expect(half.stdout).toContain("the old and the new version both work");
    const status = await start("status", "--database", url).ended;
    expect(status.stdout).toContain("chg-paid-status  ready");
    expect(status.stdout).toContain("interlock resume --to contract");
    const whole = await start("resume", "--database", url, "--to", "contract", "--json").ended;
    expect(whole.code).toBe(0);
    const lines = whole.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { type: string; state?: string });
    expect(lines.at(-1)).toMatchObject({ type: "result", format: "interlock-ship/1", state: "done" });
    const again = await start("ship", "--plan", plan, "--database", url).ended;
    expect(again).toMatchObject({ code: 0 });
    expect(again.stdout).toContain("Nothing was left to do");
  });

  test("killed in the backfill: status says so, resume ends as if nobody had killed it", async () => {
    const { child, ended } = start("ship", "--plan", plan, "--database", url, "--json");
    await says(child, '"backfill-progress"');
    child.kill("SIGKILL");
    expect((await ended).signal).toBe("SIGKILL");
    const resumed = await start("resume", "--database", url).ended;
    expect(resumed).toMatchObject({ code: 0, stderr: "" });
    const other = await shadow.createDatabase();
    const clean = await connect(shadow.connection(other));
    await createPayments(clean, { rows: 20_000 });
    await clean.end();
    const options = shadow.connection(other);
    const unharmed = `postgres://postgres@/${other}?host=${encodeURIComponent(options.host ?? "")}`;
    expect(await start("ship", "--plan", plan, "--database", unharmed).ended).toMatchObject({ code: 0 });
    expect(await fingerprint(shadow.connection(database))).toBe(await fingerprint(options));
  });

  test("the old version still live is exit code 1, with who it is and what to do", async () => {
    const old = await connect(shadow.connection(database));
    await old.query("set application_name = 'payments@2.2.0'");
    const blocked = await start("ship", "--plan", plan, "--database", url, "--wait", "0s").ended;
    await old.end();
    expect(blocked.code).toBe(1);
    expect(blocked.stderr).toContain("error[old-version-live]");
    expect(blocked.stderr).toContain("payments@2.2.0 (1 session");
    expect(blocked.stderr).toContain("both work");
  });

  test("Ctrl-C stops it between two transactions and says how to go on", async () => {
    const { child, ended } = start("ship", "--plan", plan, "--database", url, "--json");
    await says(child, '"backfill-progress"');
    child.kill("SIGINT");
    const stopped = await ended;
    expect(stopped.code).toBe(2);
    expect(stopped.stderr).toContain("error[interrupted]");
    expect(stopped.stderr).toContain("interlock resume");
    const back = await start("rollback", "--database", url).ended;
    expect(back).toMatchObject({ code: 0, stderr: "" });
    // What was undone is not on its way any more.
    expect((await start("status", "--database", url).ended).stdout).not.toContain("rows/s");
    expect((await client.query("select * from payments where id = 6")).rows).toEqual([
      { id: "6", is_paid: true, is_refunded: true, note: null },
    ]);
  });

  test("a reader that goes away does not stop it", async () => {
    const { child, ended } = start("ship", "--plan", plan, "--database", url, "--json");
    await says(child, '"started"');
    child.stdout?.destroy();
    expect(await ended).toMatchObject({ code: 0, stderr: "" });
    const status = await start("status", "--database", url).ended;
    expect(status.stdout).toContain("chg-paid-status  done");
  });

  test.each([
    ["a plan that is not there", ["ship", "--plan", "nowhere.json"], "plan-not-readable"],
    ["no plan and no migration", ["ship"], "nothing-to-ship"],
    ["a migration that is not there", ["ship", "nowhere.sql"], "migration-not-readable"],
    ["a duration that is none", ["resume", "--lock-budget", "soon"], "duration-not-valid"],
    ["a place that is none", ["resume", "--to", "moon"], "target-not-valid"],
    ["a force without a reason", ["rollback", "--force", " "], "reason-missing"],
    ["nothing to resume", ["resume"], "nothing-to-resume"],
    ["nothing to roll back", ["rollback"], "nothing-to-roll-back"],
  ])("%s is a clear error", async (_, args, code) => {
    const failed = await start(...args, "--database", url).ended;
    expect(failed).toMatchObject({ code: 2, stdout: "" });
    expect(failed.stderr).toContain(`error[${code}]`);
    expect(failed.stderr).toMatch(/state +Nothing was (changed|run)/);
    expect(failed.stderr).not.toMatch(/^\s+at /m);
  });
});
