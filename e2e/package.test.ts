import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

// The package as it is published, unpacked where it finds the dependencies of this clone.
const root = join(import.meta.dirname, "..");
const directory = join(root, "node_modules/.cache", `package-${String(process.pid)}`);
const change = join(root, "packages/payments/changes/01-paid-refunded-to-status");

beforeAll(() => {
  mkdirSync(directory, { recursive: true });
  execFileSync(process.execPath, [join(root, "scripts/pack.ts"), directory], { stdio: "ignore" });
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test("the published package holds compiled code only, and works", () => {
  expect(readdirSync(directory)).toContain("pg-interlock-0.1.0.tgz");
  const files = readdirSync(join(directory, "pg-interlock"), { recursive: true }).map(String);
  expect(files.filter((file) => /(?<!\.d)\.ts$|\.test\./.test(file))).toEqual([]);
  const run = (...args: string[]): string =>
    execFileSync(process.execPath, [join(directory, "pg-interlock/bin/interlock.js"), ...args], {
      encoding: "utf8",
    });
  expect(run("--version")).toBe("0.1.0\n");
  expect(run("explain", "statement-breaks")).toContain("# statement-breaks");
  const safe = run(
    "check",
    join(change, "migration.sql"),
    "--baseline",
    join(root, "packages/payments/migrations"),
    "--old",
    join(change, "workloads/terminals@1.0.0.json"),
  );
  expect(safe).toContain("terminals@1.0.0");
});
