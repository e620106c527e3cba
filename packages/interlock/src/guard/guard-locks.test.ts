import { expect, test } from "vitest";
import { useDatabase } from "../ship/testing-database.ts";
import { enableGuard } from "./enable-guard.ts";

const database = useDatabase();

const commands = [
  "alter table payments add column note text",
  "alter table payments alter column amount type bigint",
  "drop table payments",
  "create index on payments (amount)",
  "create trigger t before insert on payments for each row execute function suppress_redundant_updates_trigger()",
  "create policy p on payments",
  "drop index payments_by_amount",
];

test("what is refused never queues for a lock: it comes at once while others use the table", async () => {
  await database.client.query(
    "create table payments (id bigint, amount integer); create index payments_by_amount on payments (amount)",
  );
  await enableGuard(database.client, { by: "ada" });
  const reader = await database.session("payments@1");
  await reader.query("begin; insert into payments values (1, 1); select * from payments");
  const other = await database.session("migrate");
  // One that asked for the lock would be told 55P03, and would be seen waiting by those behind it.
  await other.query("set lock_timeout = '5s'");
  for (const sql of commands) {
    await other.query("begin");
    await expect(other.query(sql)).rejects.toMatchObject({ code: "IL003" });
    await other.query("rollback");
  }
  await reader.query("commit");
});

test("what is refused at its end is refused before it touched a table that is there", async () => {
  await database.client.query("create table payments (id bigint primary key)");
  await enableGuard(database.client, { by: "ada" });
  const other = await database.session("migrate");
  await other.query("set lock_timeout = '5s'");
  const reader = await database.session("payments@1");
  await reader.query("begin; lock table payments in access share mode");
  await expect(other.query("create table more (like payments including all)")).rejects.toMatchObject({
    code: "IL003",
  });
  await reader.query("commit");
});
