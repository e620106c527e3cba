import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { HistoryReport } from "../rehearsal/history/history-report.ts";
import { makeTestingCache } from "../shadow/testing-cache.ts";
import { sleep } from "../std/sleep.ts";

const interlock = resolve(import.meta.dirname, "../../bin/interlock.js");
let cache: Awaited<ReturnType<typeof makeTestingCache>>;
let directory: string;

const workloads: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "1": { read: "select note from orders", add: "insert into orders (id, note) values ($1, $2)" },
  "2": { read: "select state from orders", add: "insert into orders (id, state) values ($1, $2)" },
};
const migrations = [
  "create table orders (id int primary key, note text);",
  "create index on orders (note);",
  "alter table orders add column state text;",
  "alter table orders drop column note;",
];

beforeAll(async () => {
  cache = await makeTestingCache();
  ({ directory } = cache);
  for (const name of ["db", "seen"]) await mkdir(join(directory, name));
  for (const [at, text] of migrations.entries())
    await writeFile(join(directory, "db", `${String(at + 1)}_m.sql`), text);
  for (const [version, all] of Object.entries(workloads)) {
    const statements = Object.entries(all).map(([name, sql]) => ({ name, sql }));
    const workload = { format: "interlock-workload/1", app: "shop", version, statements };
    await writeFile(join(directory, "seen", `shop@${version}.json`), JSON.stringify(workload));
  }
});

afterAll(() => cache.remove());

const environment = (): NodeJS.ProcessEnv => ({ ...process.env, NO_COLOR: "1", INTERLOCK_CACHE: directory });

function run(...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((done) => {
    execFile(
      process.execPath,
      [interlock, "backtest", ...words],
      { cwd: directory, env: environment() },
      (error, stdout, stderr) => done({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
}

function brief({ steps }: HistoryReport): string[] {
  return steps.map(({ files, old, new: coming, order, verdict, kept }) =>
    [
      files
        .map(
          ({ path, broken }) =>
            `${path.slice(3, 4)}${broken.map(({ statement }) => ` ${statement}`).join("")}`,
        )
        .join(", "),
      `${old.join()}→${coming.join()}`,
      order,
      verdict,
      ...(kept ? ["kept"] : []),
    ].join(" | "),
  );
}

describe("interlock backtest --workloads", () => {
  test("finds which version ran when, judges every step, and keeps what it has judged", async () => {
    const judged = ["2, 3 | shop@1→shop@2 | schema-first | safe", "4 | shop@2→ | schema-first | safe"];
    const first = await run("db", "--workloads", "seen", "--json");
    expect({ code: first.code, stderr: first.stderr }).toEqual({ code: 0, stderr: "" });
    const report = JSON.parse(first.stdout) as HistoryReport;
    expect(brief(report)).toEqual(["1 | → |  | unknown", ...judged]);
    expect(report.summary).toMatchObject({
      steps: 3,
      files: 4,
      verdicts: { safe: 2, unsafe: 0, unknown: 1 },
      broken: 0,
    });
    await writeFile(join(directory, "db", "5_m.sql"), "alter table orders rename state to status;");
    const second = JSON.parse((await run("db", "--workloads", "seen", "--json")).stdout) as HistoryReport;
    expect(brief(second).slice(1)).toEqual([
      ...judged.map((line) => `${line} | kept`),
      "5 read add | shop@2→ |  | unsafe",
    ]);
  });

  test("prints a table, and goes by a file that says which version ran when", async () => {
    const releases = [{ change: ["db/4_m.sql"], old: "seen/shop@1.json", new: "seen/shop@2.json" }];
    await writeFile(join(directory, "releases.json"), JSON.stringify(releases));
    const { stdout } = await run("db", "--releases", "releases.json");
    expect(stdout.replaceAll(/\d+\.\d s/g, "0.0 s")).toBe(
      [
        "4_m.sql    app-first     ✗ unsafe    0.0 s  2 break: read, add",
        "",
        "1 step of 1 migrations: 0 safe, 1 unsafe, 0 unknown · app-first 1 · 2 statements broken",
        "rehearsed on PostgreSQL 18.4 in 0.0 s",
        "",
      ].join("\n"),
    );
  });

  test("says what does not apply, and that what stands behind it is not known", async () => {
    await mkdir(join(directory, "bad"));
    await writeFile(join(directory, "bad", "1_m.sql"), migrations[0] ?? "");
    await writeFile(join(directory, "bad", "2_m.sql"), "alter table nothing add column x int;");
    await writeFile(join(directory, "bad", "3_m.sql"), "alter table orders drop column note;");
    const { stdout, code } = await run("bad", "--workloads", "seen", "--json");
    const { steps } = JSON.parse(stdout) as HistoryReport;
    expect(code).toBe(0);
    expect(steps.slice(1).map(({ verdict, reasons }) => `${verdict}: ${reasons[0] ?? ""}`)).toEqual([
      "unknown: the migration does not apply to the baseline",
      "unknown: bad/2_m.sql does not apply, and it stands before",
    ]);
  });

  test("killed in the middle, it leaves no process and no database behind", async () => {
    const child = spawn(process.execPath, [interlock, "backtest", "db", "--workloads", "seen", "--fresh"], {
      cwd: directory,
      env: environment(),
      stdio: ["ignore", "pipe", "ignore"],
    });
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    const left = (): Promise<string[]> => readdir(join(directory, "servers"));
    for (let tries = 0; tries < 1_000 && (await left()).length > 0; tries += 1) await sleep(20);
    expect(await left()).toEqual([]);
  });
});

test.each([
  [["db"], "What is to be looked back for was not said."],
  [
    ["db", "--workloads", "seen", "--scope", "kind=*"],
    "--workloads rehearses a history, --scope tries a rule",
  ],
  [["db", "--workloads", "nowhere"], "The directory of workloads nowhere can't be read"],
  [["db", "--workloads", "db"], "There is no workload in db."],
])("interlock backtest %j says what is wrong", async (words, message) => {
  const { code, stderr } = await run(...words);
  expect({ code, says: stderr.includes(message) }).toEqual({ code: 2, says: true });
});
