import { Client } from "pg";
import { describe, expect, test } from "vitest";
import { Failure } from "../std/failure.ts";
import { openControl } from "./control.ts";
import { useControl } from "./testing-control.ts";

const database = useControl();

async function endSessions(): Promise<void> {
  const killer = new Client(database.control.connection);
  await killer.connect();
  await killer.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'interlock-server@test'`,
  );
  await killer.end();
}

const notice = { actor: "ada", action: "test", subject: "x", detail: {} };

describe("the control database", () => {
  test("commits what is changed, audited and told together, or none of it", async () => {
    const { control } = database;
    const failed = control.transact(async (transaction) => {
      await transaction.query("insert into interlock_control.environments (name, tools) values ('a', '{}')");
      transaction.audit(notice);
      transaction.emit({ kind: "test", subject: "x", detail: {} });
      throw new Failure({ code: "conflict", message: "No." });
    });
    await expect(failed).rejects.toMatchObject({ code: "conflict" });
    for (const table of ["environments", "audit_log", "events"]) {
      expect(await control.query(`select from interlock_control.${table}`)).toEqual([]);
    }
  });

  test("a session that is ended within a transaction is told as such, and the next one works", async () => {
    const { control } = database;
    const failed = control.transact(async (transaction) => {
      await transaction.query("insert into interlock_control.environments (name, tools) values ('a', '{}')");
      await endSessions();
      await transaction.query("select 1");
    });
    await expect(failed).rejects.toMatchObject({
      code: "control-not-reachable",
      state: "Nothing was changed.",
    });
    expect(await control.query("select from interlock_control.environments")).toEqual([]);
    expect(await control.query("select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("a commit whose answer was lost is not called undone", async () => {
    const { control } = database;
    const failed = control.transact(async (transaction) => {
      await transaction.query("select 1");
      await endSessions();
    });
    // Without audit entries the commit itself is what meets the lost session.
    await expect(failed).rejects.toMatchObject({
      code: "control-not-reachable",
      state: expect.stringContaining("not known") as unknown,
    });
  });

  test("nobody there is told quickly, without the password", async () => {
    const gone = openControl(
      { connectionString: "postgres://u:planted-password@127.0.0.1:1/x" },
      { applicationName: "interlock-server@test" },
    );
    const failure: unknown = await gone.query("select 1").catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "control-not-reachable" });
    expect(JSON.stringify(failure)).not.toContain("planted-password");
    await gone.close();
  });

  test("an answer that does not come is not waited for without end, and its session is not used again", async () => {
    const impatient = openControl(database.control.connection, {
      applicationName: "interlock-server@test",
      answerWithinMs: 1_000,
    });
    // Together: one that is refused while another is waited for would be refused unheard.
    const answers = await Promise.allSettled([
      impatient.query("select pg_sleep(30)"),
      impatient.transact(({ query }) => query("select pg_sleep(30)")),
    ]);
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: "rejected", reason: { code: "control-not-reachable" } });
    }
    for (let index = 0; index < 20; index += 1) {
      expect(await impatient.query("select 1 as one")).toEqual([{ one: 1 }]);
    }
    await impatient.close();
  });

  test("names its sessions as the server's version", async () => {
    const [row] = await database.control.query<{ name: string }>(
      "select current_setting('application_name') as name",
    );
    expect(row?.name).toBe("interlock-server@test");
  });
});
