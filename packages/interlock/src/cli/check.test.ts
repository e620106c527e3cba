import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CheckReport } from "../rehearsal/report/check-report.ts";

const interlock = resolve(import.meta.dirname, "../../bin/interlock.js");
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "interlock-check-command-"));
  const workload = {
    format: "interlock-workload/1",
    app: "shop",
    version: "1.0.0",
    statements: [{ name: "read", sql: "select note from orders" }],
  };
  await writeFile(join(directory, "1.sql"), "create table orders (id int primary key, note text);");
  await writeFile(join(directory, "2.sql"), "alter table orders add column state text;");
  await writeFile(join(directory, "3.sql"), "alter table orders drop column note;");
  await writeFile(join(directory, "old.json"), JSON.stringify(workload));
});

afterAll(() => rm(directory, { recursive: true }));

function run(...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((done) => {
    execFile(
      process.execPath,
      [interlock, "check", ...words],
      { cwd: directory, env: { ...process.env, NO_COLOR: "1" } },
      (error, stdout, stderr) => done({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
}

describe("interlock check", () => {
  test("ends with 0 and a few lines when the change is safe", async () => {
    const { code, stdout, stderr } = await run("2.sql", "--old", "old.json");
    expect({ code, stderr, lines: stdout.trimEnd().split("\n").length }).toEqual({
      code: 0,
      stderr: "",
      lines: 4,
    });
    expect(stdout).toContain("✓ safe");
    expect(stdout).toContain("locks public.orders for a moment: set lock_timeout");
  });

  test("checks what stands after a migration of a directory", async () => {
    const { code, stdout } = await run(".", "--since", "1", "--old", "old.json", "--json");
    const { files, verdict } = JSON.parse(stdout) as CheckReport;
    expect({ code, verdict, files: files.map(({ path }) => path) }).toEqual({
      code: 1,
      verdict: "unsafe",
      files: ["2.sql", "3.sql"],
    });
  });

  test("ends with 1 and one line of JSON when it is not", async () => {
    const { code, stdout } = await run("3.sql", "--old", "old.json", "--json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      format: "interlock-check/1",
      verdict: "unsafe",
      findings: [
        {
          code: "statement-breaks",
          app: "shop@1.0.0",
          statement: "read",
          file: "3.sql",
          line: 1,
          sqlstate: "42703",
        },
        { code: "blocks-traffic", severity: "note", app: "shop@1.0.0", table: "public.orders" },
      ],
    });
  });

  test("writes reports beside what it prints, and ends as without them", async () => {
    const reports = ["--report", "sarif=out/a.sarif", "junit=out/a.xml", "--output", "out/a.md"];
    const asked = ["3.sql", "--old", "old.json", "--format", "markdown"];
    const { code, stdout, stderr } = await run(...asked, ...reports);
    expect([code, stderr]).toEqual([1, ""]);
    expect(stdout).toContain("✗ unsafe");
    const [sarif, junit, markdown] = await Promise.all(
      ["a.sarif", "a.xml", "a.md"].map((file) => readFile(join(directory, "out", file), "utf8")),
    );
    expect(sarif).toContain('"uri": "3.sql"');
    expect(junit).toContain('failures="2"');
    expect(markdown).toMatch(/^<!-- interlock-check -->\n### ⛔ Interlock: unsafe/);
  });

  test("says which report it could not write", async () => {
    const { code, stderr } = await run("2.sql", "--old", "old.json", "--report", "json=2.sql/a.json");
    expect(code).toBe(2);
    expect(stderr).toContain("error[report-not-written]");
  });

  test("ends with 3 when something is missing", async () => {
    const { code, stdout } = await run("2.sql");
    expect(code).toBe(3);
    expect(stdout).toContain("--old");
  });

  test.each([
    ["a migration that is not there", ["9.sql"], "migration-not-readable"],
    ["a workload that is not there", ["2.sql", "--old", "none.json"], "workload-not-readable"],
    [
      "a baseline that does not apply",
      ["2.sql", "--baseline", "3.sql", "--old", "old.json"],
      "migration-does-not-apply",
    ],
  ])("ends with 2 and says what to do about %s", async (_, words, failure) => {
    const { code, stdout, stderr } = await run(...words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(`error[${failure}]`);
    expect(stderr).not.toContain("    at ");
  });
});
