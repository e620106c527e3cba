import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const interlock = resolve(import.meta.dirname, "../../../bin/interlock.js");
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "interlock-import-"));
  await writeFile(
    join(directory, "queries.sql"),
    "-- name: ListOrders :many\nselect id from orders where note = @note;\n-- name: Odd :one\nselekt;\n",
  );
  await writeFile(join(directory, "empty.sql"), "begin;");
});

afterAll(() => rm(directory, { recursive: true }));

function run(...words: string[]): Promise<{ code: number; stderr: string }> {
  return new Promise((done) => {
    execFile(
      process.execPath,
      [interlock, "workload", "import", ...words],
      { cwd: directory, env: { ...process.env, NO_COLOR: "1" } },
      (error, _, stderr) => done({ code: Number(error?.code ?? 0), stderr }),
    );
  });
}

test("writes the file that record would, and lists what it could not take", async () => {
  const { code, stderr } = await run("queries.sql", "--app", "shop@1");
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: `imported 1 statement from 1 file
  workloads/shop@1.json: 1 statement, 1 new
  not imported: queries.sql:3 Odd: syntax error at or near "selekt"
`,
  });
  expect(JSON.parse(await readFile(join(directory, "workloads/shop@1.json"), "utf8"))).toEqual({
    format: "interlock-workload/1",
    app: "shop",
    version: "1",
    statements: [{ name: "ListOrders", sql: "select id from orders where note = $1" }],
  });
});

test("nothing to import is a failure, and writes nothing", async () => {
  const { code, stderr } = await run("empty.sql", "--app", "shop@2");
  expect(code).toBe(2);
  expect(stderr).toContain("error[nothing-imported]");
  expect(stderr).toContain("transaction control");
  await expect(readFile(join(directory, "workloads/shop@2.json"))).rejects.toMatchObject({ code: "ENOENT" });
});
