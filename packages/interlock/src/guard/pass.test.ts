import { expect, test } from "vitest";
import { useDatabase } from "../ship/testing-database.ts";
import { closeGuard } from "./close-guard.ts";
import { enableGuard } from "./enable-guard.ts";
import { guardStatus } from "./guard-status.ts";
import { longestPassMs, openGuard } from "./open-guard.ts";

const database = useDatabase();

const refused = { code: "IL003" };

test("a pass lets its role through, is logged, and ends when it is closed", async () => {
  await enableGuard(database.client, { by: "ada" });
  await database.client.query(
    "drop role if exists fixer; create role fixer; grant create on schema public to fixer",
  );
  const pass = await openGuard(database.client, {
    by: "grace",
    role: "fixer",
    reason: " ticket 4711 ",
    forMs: 60_000,
  });
  expect(pass).toMatchObject({ role: "fixer", reason: "ticket 4711", openedBy: "grace" });
  expect(pass.validUntil.getTime() - pass.openedAt.getTime()).toBe(60_000);
  await expect(database.client.query("create table other (id integer)")).rejects.toMatchObject(refused);
  await database.client.query(
    "set role fixer; create table fixed (id integer); alter table fixed add column x integer; reset role",
  );
  expect(
    await database.rows(
      "select tag, role, permit, is_whole from interlock.ddl_log where role = 'fixer' order by number",
    ),
  ).toEqual([
    { tag: "CREATE TABLE", role: "fixer", permit: `pass ${pass.number}`, is_whole: true },
    { tag: "ALTER TABLE", role: "fixer", permit: `pass ${pass.number}`, is_whole: true },
  ]);
  expect((await guardStatus(database.client)).passes).toEqual([pass]);
  const other = await database.session();
  const both = await Promise.allSettled([
    closeGuard(database.client, { by: "grace", number: pass.number }),
    closeGuard(other, { by: "ada", number: pass.number }),
  ]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  expect(both.find(({ status }) => status === "rejected")).toMatchObject({
    reason: { code: "no-open-pass" },
  });
  await database.client.query("set role fixer");
  await expect(database.client.query("create table more (id integer)")).rejects.toMatchObject(refused);
  await database.client.query(
    "reset role; set session_replication_role = replica; drop owned by fixer; drop role fixer",
  );
});

test("a pass ends by itself", async () => {
  await enableGuard(database.client, { by: "ada" });
  await openGuard(database.client, { by: "ada", role: null, reason: "short", forMs: 60_000 });
  await database.client.query("create table other (id integer)");
  await database.client.query(
    "update interlock.guard_passes set opened_at = opened_at - interval '1 hour', valid_until = valid_until - interval '1 hour'",
  );
  await expect(database.client.query("drop table other")).rejects.toMatchObject(refused);
  expect((await guardStatus(database.client)).passes).toEqual([]);
});

test("no pass without a reason, for a role that is not there, or for longer than 4 hours", async () => {
  await expect(
    openGuard(database.client, { by: "ada", role: null, reason: "r", forMs: 1 }),
  ).rejects.toMatchObject({ code: "guard-not-installed" });
  await enableGuard(database.client, { by: "ada" });
  const attempt = (given: { role?: string; reason?: string; forMs?: number }): Promise<unknown> =>
    openGuard(database.client, { by: "ada", role: null, reason: "r", forMs: 1_000, ...given });
  await expect(attempt({ reason: " " })).rejects.toMatchObject({ code: "reason-missing" });
  await expect(attempt({ role: "nobody" })).rejects.toMatchObject({ code: "no-such-role" });
  for (const forMs of [0, -1, Number.NaN, longestPassMs + 1]) {
    await expect(attempt({ forMs })).rejects.toMatchObject({ code: "duration-not-valid" });
  }
  // Not even the owner writes a longer one by hand.
  await expect(
    database.client.query(
      "insert into interlock.guard_passes (reason, opened_by, valid_until) values ('r', 'ada', now() + interval '5 hours')",
    ),
  ).rejects.toMatchObject({ code: "23514" });
  await attempt({ forMs: longestPassMs });
});
