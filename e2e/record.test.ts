import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openServer } from "../packages/interlock/src/shadow/open-server.ts";

const bin = join(import.meta.dirname, "..", "packages", "interlock", "bin", "interlock.js");
/** PostgreSQL's own client, where the machine has it. */
const psql = "psql";
const hasPsql = spawnSync(psql, ["--version"]).status === 0;

let directory: string;
/** A folder of its own: the server's user, who is not root, can't go through the other. */
let data: string;
let url: string;
let release: () => unknown;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ilr-"));
  data = await mkdtemp(join(tmpdir(), "ilr-"));
  const lease = await openServer({ directory: data });
  const { host, port, user, password = "" } = lease.address;
  url = `postgres://${user}:${encodeURIComponent(password)}@${host}:${String(port)}/postgres?sslmode=prefer`;
  release = () => {
    lease.release();
  };
});

afterAll(async () => {
  release();
  await rm(directory, { recursive: true, force: true });
  await rm(data, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 });
});

interface Run {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

async function interlock(words: readonly string[], input = ""): Promise<Run> {
  const child = spawn(process.execPath, [bin, ...words], {
    cwd: directory,
    env: { ...process.env, DATABASE_URL: url, NO_COLOR: "1" },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  child.stdin.end(input);
  const [exitCode] = (await once(child, "close")) as [number | null];
  return { exitCode, stdout, stderr };
}

/** A program with `pg` that takes its database from DATABASE_URL. */
async function program(name: string, body: string): Promise<string> {
  const file = join(directory, name);
  const pg = pathToFileURL(createRequire(bin).resolve("pg")).href;
  await writeFile(
    file,
    `import pg from ${JSON.stringify(pg)};
     const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
     await client.connect();
     ${body}
     await client.end();`,
  );
  return file;
}

async function workload(path: string): Promise<unknown> {
  return JSON.parse(await readFile(join(directory, path), "utf8"));
}

test("records a program, adds a second recording, and starts anew with --replace", async () => {
  const first = await program(
    "first.mjs",
    `await client.query("create table if not exists payments (id int primary key, reference text)");
     await client.query("select * from payments where id = $1", [1]);`,
  );
  const second = await program(
    "second.mjs",
    `await client.query("select * from payments where id = $1", [1]);
     await client.query("/* name: find */ select id from payments where reference = 'Ada Lovelace'");`,
  );
  const one = await interlock(["record", "--app", "payments@2.3.0", "--", process.execPath, first]);
  expect(one).toMatchObject({ exitCode: 0, stdout: "" });
  expect(one.stderr).toContain("recorded 1 statement of payments@2.3.0 from 1 connection");
  expect(one.stderr).toContain("left out 1: structural statements");
  const two = await interlock([
    "record",
    "--app",
    "payments@2.3.0",
    "--json",
    "--",
    process.execPath,
    second,
  ]);
  expect(JSON.parse(two.stdout)).toMatchObject({
    format: "interlock-record/1",
    recorded: 2,
    inFile: 2,
    added: 1,
    exitCode: 0,
  });
  expect(await workload("workloads/payments@2.3.0.json")).toEqual({
    format: "interlock-workload/1",
    app: "payments",
    version: "2.3.0",
    statements: [
      { name: "find", sql: "select id from payments where reference = $1", prepared: false, calls: 1 },
      { name: "select-payments", sql: "select * from payments where id = $1", prepared: false, calls: 2 },
    ],
  });
  const three = await interlock([
    "record",
    "--app",
    "payments@2.3.0",
    "--replace",
    "--samples",
    "--",
    process.execPath,
    first,
  ]);
  expect(three.exitCode).toBe(0);
  expect(await workload("workloads/payments@2.3.0.json")).toMatchObject({
    statements: [{ name: "select-payments", calls: 1, samples: [["1"]] }],
  });
  expect(await readdir(join(directory, "workloads"))).toEqual(["payments@2.3.0.json"]);
});

test("a command that fails is reported with 2, and what it sent is written", async () => {
  const failing = await program("failing.mjs", `await client.query("select 42"); process.exit(7);`);
  const run = await interlock([
    "record",
    "--app",
    "x@1",
    "--out",
    "failed.json",
    "--",
    process.execPath,
    failing,
  ]);
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toContain("exit code 7");
  expect(run.stderr).toContain("failed.json");
  expect(await workload("failed.json")).toMatchObject({ statements: [{ sql: "select $1::integer" }] });
});

test("what can't be done is said, and no file is written", async () => {
  const node = process.execPath;
  const cases: [string[], string][] = [
    [["--app", "payments", "--", node, "-v"], "app-version-not-valid"],
    [["--app", "x@1", "--database", "mysql://u:hush@h/x", "--", node, "-v"], "database-url-not-valid"],
    [["--app", "x@1", "--", "no-such-program"], "command-did-not-start"],
    [["--app", "x@1", "--", node, "-v"], "nothing-recorded"],
    [["--app", "y@1", "--out", "failed.json", "--", node, "-v"], "workload-of-another-version"],
  ];
  for (const [words, code] of cases) {
    const run = await interlock(["record", ...words]);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain(`error[${code}]`);
    expect(run.stderr).not.toContain("hush");
  }
  expect((await readdir(directory)).filter((name) => name.includes("x@1"))).toEqual([]);
});

test("a signal reaches the command, and what it sent is written", async () => {
  const waiting = await program(
    "waiting.mjs",
    `await client.query("select 'up'");
     process.on("SIGTERM", () => { process.stdout.write("asked to stop"); process.exit(0); });
     process.stdout.write("up\\n");
     await new Promise((resolve) => setTimeout(resolve, 60000));`,
  );
  const child = spawn(
    process.execPath,
    [bin, "record", "--app", "w@1", "--out", "waiting.json", "--", process.execPath, waiting],
    { cwd: directory, env: { ...process.env, DATABASE_URL: url }, stdio: ["ignore", "pipe", "ignore"] },
  );
  let stdout = "";
  for await (const chunk of child.stdout) {
    stdout += String(chunk);
    if (stdout === "up\n") child.kill("SIGTERM");
  }
  expect(stdout).toContain("asked to stop");
  expect(await workload("waiting.json")).toMatchObject({ statements: [{ name: "select" }] });
});

test.skipIf(!hasPsql)(
  "psql: several statements, copy in and out (skipped where there is no psql)",
  async () => {
    const script = `
    create table if not exists lines (id int, body text);
    \\copy lines from program 'printf "1\\\\tone\\\\n2\\\\ttwo\\\\n"'
    \\copy (select id, body from lines order by id) to 'out.txt'
    select count(*) from lines where body = 'one';
    drop table lines;
  `;
    const run = await interlock(
      [
        "record",
        "--app",
        "p@1",
        "--out",
        "psql.json",
        "--",
        psql,
        "-X",
        "-q",
        "-A",
        "-t",
        "-v",
        "ON_ERROR_STOP=1",
      ],
      script,
    );
    expect(run).toMatchObject({ exitCode: 0, stdout: "1\n" });
    expect(await readFile(join(directory, "out.txt"), "utf8")).toBe("1\tone\n2\ttwo\n");
    const { statements } = (await workload("psql.json")) as { statements: { sql: string }[] };
    expect(statements.map(({ sql }) => sql.toLowerCase().replaceAll(/\s+/g, " ").trim())).toEqual([
      "copy ( select id, body from lines order by id ) to stdout",
      "copy lines from stdin",
      "select count(*) from lines where body = $1",
    ]);
  },
);
