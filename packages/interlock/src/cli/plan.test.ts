import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { planSchema } from "../plan/plan.ts";
import { planCommand } from "./plan.ts";

let directory: string;
let written: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "interlock-plan-"));
  written = "";
  const keep = (text: string | Uint8Array): boolean => {
    written += String(text);
    return true;
  };
  vi.spyOn(process.stdout, "write").mockImplementation(keep);
  vi.spyOn(process.stderr, "write").mockImplementation(keep);
});
afterEach(async () => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  await rm(directory, { recursive: true });
});

async function file(name: string, text: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, text);
  return path;
}

async function interlockPlan(...words: string[]): Promise<void> {
  await planCommand().parseAsync(["node", "interlock-plan", ...words]);
}

test("prints a plan as JSON, writes it to a file, and takes what stands before it as the baseline", async () => {
  await file("0001_t.sql", "create table t (id bigint primary key)");
  const change = await file("0002_a.sql", "alter table t add column a text");
  const out = join(directory, "plan.json");
  const old = await file(
    "app@1.json",
    JSON.stringify({
      format: "interlock-workload/1",
      app: "app",
      version: "1",
      statements: [{ name: "read", sql: "select id from t" }],
    }),
  );
  await interlockPlan(change, "--old", old, "--json", "--out", out);
  expect(process.exitCode).toBeUndefined();
  expect(await readFile(out, "utf8")).toBe(written);
  const plan = planSchema.parse(JSON.parse(written));
  expect(plan.phases.expand.map(({ title }) => title)).toEqual(["add column t.a text"]);
  expect(JSON.parse(written)).toMatchObject({ proof: { broken: 0 } });
});

test("a refused change exits with 1 and the line to add", async () => {
  await file("0001_t.sql", "create table t (id bigint primary key, a text not null)");
  const change = await file("0002_a.sql", "alter table t drop column a");
  await interlockPlan(change);
  expect(process.exitCode).toBe(1);
  expect(written).toContain("error[mapping-missing]");
  expect(written).toContain("-- interlock: down t.a = (expression of type text)");
});

test("without the statements that run now the answer is unknown", async () => {
  await file("0001_t.sql", "create table t (id bigint primary key)");
  await interlockPlan(await file("0002_a.sql", "alter table t add column a text"));
  expect(process.exitCode).toBe(3);
  expect(written).toContain("No workload of an old version was given");
});

test("a duration that is none is said so before anything runs", async () => {
  await expect(interlockPlan("x.sql", "--keep-shadow", "soon")).rejects.toMatchObject({
    code: "duration-not-valid",
  });
});
