import { describe, expect, test } from "vitest";
import { newChangeSchema, type PushedChange } from "../api/changes.ts";
import { useControl } from "../control/testing-control.ts";
import { closeChange } from "./close-change.ts";
import { pushChange } from "./push-change.ts";
import { ada, december } from "./testing-environment.ts";

const testing = useControl();

function push(change: unknown): Promise<PushedChange> {
  return pushChange(testing, { change: newChangeSchema.parse(change), caller: ada });
}

const plain = { files: [{ path: "1.sql", text: "create table t (id int);" }] };

describe("a change", () => {
  test("is the same whoever pushes it again, under whatever title", async () => {
    const first = await push(december);
    const again = await push({ ...december, title: "Another title" });
    expect(first.isNew).toBe(true);
    expect(again).toEqual({ ...first, isNew: false });
  });

  test.each([
    ["another text", { ...plain, files: [{ path: "1.sql", text: "create table u (id int);" }] }],
    ["another path", { ...plain, files: [{ path: "2.sql", text: "create table t (id int);" }] }],
    ["another baseline", { ...plain, baseline: [{ path: "0.sql", text: "select 1;" }] }],
    ["another version", { ...plain, appVersion: "payments@1" }],
    ["another order", { files: [{ path: "2.sql", text: "" }, ...plain.files] }],
  ])("is another one with %s", async (_, change) => {
    expect((await push(change)).id).not.toBe((await push(plain)).id);
  });

  test("pushed by many at once is one", async () => {
    const pushed = await Promise.all(Array.from({ length: 5 }, () => push(plain)));
    expect(new Set(pushed.map(({ id }) => id)).size).toBe(1);
    expect(pushed.filter(({ isNew }) => isNew)).toHaveLength(1);
  });

  test("says what it does, for rules", async () => {
    expect((await push(december)).touches).toEqual({
      kinds: ["add-column", "drop-column", "set-not-null", "update-rows"],
      tables: ["public.payments"],
      statements: 4,
      operations: 5,
      files: 1,
      rewrites: [],
    });
  });

  test.each<[string, string[]]>([
    ["drop table a, s.b", ["public.a", "s.b"]],
    ["create index on a (id)", ["public.a"]],
    ["create view v as with w as (select 1) select * from w, a", ["public.a", "public.v"]],
    ["insert into a select * from b", ["public.a", "public.b"]],
    ["alter table a rename to b", ["public.a"]],
    ["drop trigger g on a", ["public.a"]],
    ["comment on column s.a.id is 'x'", ["s.a"]],
    ["begin; truncate a; commit", ["public.a"]],
    ["create function f() returns int language sql as 'select 1'", []],
  ])("touches the tables that it names: %s", async (text, tables) => {
    expect((await push({ files: [{ path: "1.sql", text }] })).touches.tables).toEqual(tables);
  });

  test("that does not parse is refused with its line", async () => {
    const files = [{ path: "1.sql", text: "select 1;\nselect from from;" }];
    await expect(push({ files })).rejects.toMatchObject({
      code: "sql-does-not-parse",
      message: expect.stringContaining("1.sql:2:") as string,
    });
    await expect(push({ files: [{ path: "2.sql", text: "" }], baseline: files })).rejects.toMatchObject({
      code: "sql-does-not-parse",
    });
  });

  test.each([
    "/etc/passwd",
    "../1.sql",
    "a/../../1.sql",
    "a//1.sql",
    "./1.sql",
    "C:\\1.sql",
    "a\\1.sql",
    "1\n.sql",
    "C:1.sql",
  ])("whose path is %j is refused", async (path) => {
    await expect(push({ files: [{ path, text: "" }] })).rejects.toMatchObject({ code: "input-not-valid" });
  });

  test("with a path twice, in files and baseline together, is refused", async () => {
    await expect(push({ ...plain, baseline: plain.files })).rejects.toMatchObject({
      code: "input-not-valid",
    });
  });

  test("with a text that PostgreSQL's parser would read only half of is refused", async () => {
    const files = [{ path: "1.sql", text: "select 1;\u0000 drop table t;" }];
    await expect(push({ files })).rejects.toMatchObject({ code: "input-not-valid" });
  });

  test("that is too large is refused", async () => {
    const files = [{ path: "1.sql", text: `-- ${"x".repeat(4 * 1024 * 1024)}` }];
    await expect(push({ files })).rejects.toMatchObject({ code: "too-large" });
  });
});

describe("closing", () => {
  test("is done once; as the same again it does nothing, as another it is refused", async () => {
    const { id: change } = await push(plain);
    await closeChange(testing, { change, as: "shipped", actor: "ada" });
    await closeChange(testing, { change, as: "shipped", actor: "bob" });
    await expect(closeChange(testing, { change, as: "abandoned", actor: "bob" })).rejects.toMatchObject({
      code: "already-ended",
    });
    const log = await testing.control.query<{ actor: string }>(
      "select actor from interlock_control.audit_log where action = 'change.close'",
    );
    expect(log).toEqual([{ actor: "ada" }]);
  });

  test("of two at once one wins", async () => {
    const { id: change } = await push(plain);
    const both = await Promise.allSettled([
      closeChange(testing, { change, as: "shipped", actor: "ada" }),
      closeChange(testing, { change, as: "abandoned", actor: "bob" }),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });
});
