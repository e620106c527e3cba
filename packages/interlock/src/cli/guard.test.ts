import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { useControl } from "../control/testing-control.ts";

const testing = useControl();
const binary = fileURLToPath(new URL("../../bin/interlock.js", import.meta.url));

async function interlock(
  ...given: readonly string[]
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [binary, ...given], { env: { ...process.env, NO_COLOR: "1" } });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, out, err };
}

test("the guard from the command line: enabled, passed, closed, disabled, removed", async () => {
  const { client, url } = await testing.target();
  await client.query("create table payments (id integer)");
  const guard = (...given: readonly string[]): ReturnType<typeof interlock> =>
    interlock("guard", ...given, "--database", url);
  expect(await guard("status")).toMatchObject({
    code: 1,
    out: expect.stringContaining("has no guard") as unknown,
  });
  expect((await guard("enable", "--reason", "production", "--except-role", "partman")).code).toBe(0);
  const on = await guard("status", "--json");
  expect(on.code).toBe(0);
  expect(JSON.parse(on.out)).toMatchObject({ guard: "on", reason: "production", exceptedRoles: ["partman"] });
  await expect(client.query("alter table payments add column x integer")).rejects.toMatchObject({
    code: "IL003",
  });
  expect(await guard("open", "--reason", "try")).toMatchObject({
    code: 2,
    err: expect.stringContaining("error[role-missing]") as unknown,
  });
  expect(await guard("open", "--everybody", "--for", "5h", "--reason", "try")).toMatchObject({
    code: 2,
    err: expect.stringContaining("error[duration-not-valid]") as unknown,
  });
  expect((await guard("open", "--everybody", "--reason", "ticket 4711")).out).toContain(
    "pass 1: everybody until",
  );
  await client.query("alter table payments add column x integer");
  expect((await guard("status")).out).toContain('("ticket 4711")');
  expect((await guard("close", "--pass", "1")).out).toBe("Closed: pass 1.\n");
  expect(await guard("close")).toMatchObject({
    code: 2,
    err: expect.stringContaining("error[no-open-pass]") as unknown,
  });
  await client.query("alter event trigger interlock_guard_end disable");
  expect(await guard("status")).toMatchObject({
    code: 3,
    out: expect.stringContaining("interlock_guard_end") as unknown,
  });
  expect((await guard("disable", "--reason", "done")).code).toBe(0);
  expect((await guard("status")).code).toBe(1);
  expect(await guard("remove", "--json")).toMatchObject({ code: 0, out: '{"removed":"schema"}\n' });
});

test("the watch from the command line: one look, and the event triggers", async () => {
  const { client, url } = await testing.target();
  await client.query("create table payments (id integer, is_paid boolean)");
  const folder = await mkdtemp(join(tmpdir(), "interlock-watch-"));
  try {
    const file = join(folder, "payments@1.json");
    await writeFile(
      file,
      JSON.stringify({
        format: "interlock-workload/1",
        app: "payments",
        version: "1",
        statements: [{ name: "list", sql: "select is_paid from payments" }],
      }),
    );
    const watch = (...given: readonly string[]): ReturnType<typeof interlock> =>
      interlock("watch", ...given, "--database", url);
    expect((await watch("enable")).code).toBe(0);
    expect(await watch("--once", "--workload", file)).toMatchObject({
      code: 0,
      out: "Every statement prepares on this database.\n",
    });
    await client.query("begin; lock table payments in access exclusive mode");
    expect((await watch("--once", "--workload", file)).code).toBe(3);
    await client.query("commit");
    await client.query("alter table payments drop column is_paid");
    const broken = await watch("--once", "--workload", file);
    expect(broken.code).toBe(1);
    expect(broken.out).toContain("list: 42703");
    expect(broken.out).toContain("alter table payments drop column is_paid");
    const json = await watch("--once", "--json", "--workload", file);
    expect(JSON.parse(json.out)).toMatchObject({ type: "alarm", alarm: { ddl: [{ tag: "ALTER TABLE" }] } });
    expect(await watch("--once")).toMatchObject({
      code: 2,
      err: expect.stringContaining("error[workload-missing]") as unknown,
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
