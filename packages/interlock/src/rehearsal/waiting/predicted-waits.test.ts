import { assert, asyncProperty, constantFrom, uniqueArray } from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openShadow, type Shadow } from "../../shadow/open-shadow.ts";
import { makeBaseline, type Baseline } from "../baseline.ts";
import { StepRecorder } from "../step-effects.ts";
import { TrialSession } from "../trial-session.ts";
import { WaitingFinder, type LiveStatement, type Wait } from "./find-waiting.ts";
import { StepObserver } from "./observe.ts";

// Who waits is foreseen from locks held and wanted. Here every statement is really run into the locks of random
// changes as well, and both have to say the same.

const start = `
create table parents (id integer primary key, name text unique);
create table children (id integer primary key, parent_id integer references parents (id), note text);
create table log (at timestamptz default now());
create function logged() returns trigger language plpgsql as 'begin insert into log default values; return new; end';
create trigger logging after insert on children for each row execute function logged();
create view named as select name from parents;
create table parts (id integer, kind integer) partition by list (kind);
create table parts_1 partition of parts for values in (1);
create table parts_2 partition of parts for values in (2);
create index children_note on children (note);
insert into parents values (1, 'a'), (2, 'b');
insert into children values (1, 1, 'x');
insert into parts values (1, 1), (2, 2);`;

const statements = [
  "select * from parents",
  "select * from named",
  "select * from children join parents on parents.id = parent_id",
  "select * from parents where id = 1 for update",
  "select * from parents where id = 2 for key share",
  "insert into parents values (9, 'z')",
  "insert into children values (9, 1, 'z')",
  "insert into children values (8, null, 'z')",
  "update parents set name = 'y' where id = 1",
  "update children set note = 'y'",
  "delete from children",
  "delete from parents where id = 2",
  "select * from parts where kind = 1",
  "insert into parts values (7, 2)",
  "select count(*) from log",
  "insert into parents values (1, 'a') on conflict (id) do update set name = excluded.name",
  "lock table log in share mode",
  "select pg_advisory_xact_lock(7)",
  "copy (select * from children) to stdout",
];

const changes = [
  "alter table parents add column a integer",
  "alter table children alter parent_id type bigint",
  "alter table children add foreign key (parent_id) references parents (id)",
  "alter table children validate constraint children_parent_id_fkey",
  "create index on children (parent_id)",
  "drop index children_note",
  "reindex index children_note",
  "create trigger other before update on parents for each row execute function suppress_redundant_updates_trigger()",
  "comment on table parents is 'x'",
  "update children set note = note || '!'",
  "update parents set name = name || '!' where id = 1",
  "delete from children where id = 1",
  "insert into log default values",
  "insert into parents values (9, 'other')",
  "lock table log in row exclusive mode",
  "lock table parents in share row exclusive mode",
  "alter table parts detach partition parts_1",
  "create table parts_3 partition of parts for values in (3)",
  "alter table parts_2 alter kind set not null",
  "truncate children",
  "create view more as select * from children",
  "alter table log rename to logs",
  "analyze parents",
  "select pg_advisory_xact_lock(7)",
  "select count(*) from parents",
  "do $$ begin perform 1 from parents for update; end $$",
];

let shadow: Shadow;
let baseline: Baseline;
beforeAll(async () => {
  shadow = await openShadow();
  baseline = await makeBaseline({
    shadow,
    apply: async (client) => {
      await client.query(start);
    },
  });
});
afterAll(() => shadow.close());

function live(locks: (sql: string) => LiveStatement["locks"]): LiveStatement[] {
  return statements.map((sql) => ({
    app: "shop@1",
    name: sql,
    relations: [],
    writes: false,
    locks: locks(sql),
    trials: [{ sql, values: [] }],
  }));
}

function names(waits: readonly Wait[]): string[] {
  return waits.flatMap((wait) => wait.statements.map(({ name }) => name)).toSorted();
}

test("who is foreseen to wait waits, and nobody else", async () => {
  const { sandbox } = baseline;
  const database = await sandbox.createDatabase(baseline.database);
  const trials = await TrialSession.open(sandbox, database);
  const client = await sandbox.migrator(database);
  const observer = new StepObserver(client);
  const replies = await trials.run(
    statements.map((sql) => ({ sql, values: [] })),
    { locks: true },
  );
  const locks = new Map(statements.map((sql, index) => [sql, replies[index]?.locks]));
  const foreseeing = new WaitingFinder(trials);
  const trying = new WaitingFinder(trials);
  const refused = new Set<string>();
  await assert(
    asyncProperty(uniqueArray(constantFrom(...changes), { minLength: 1, maxLength: 3 }), async (some) => {
      foreseeing.enter(live((sql) => locks.get(sql)));
      trying.enter(live(() => undefined));
      const seen: { foreseen: string[]; tried: string[] }[] = [];
      const recorder = await StepRecorder.start(client, {
        observer,
        afterStep: async (observed) => {
          const foreseen = await foreseeing.after(observed);
          seen.push({ foreseen: names(foreseen), tried: names(await trying.after(observed)) });
          return foreseen;
        },
      });
      await client.query("begin");
      try {
        for (const sql of some) {
          await client.query(sql);
          await recorder.after({ sql, line: 1 });
        }
      } catch (error) {
        // Some changes can't follow others.
        refused.add(String(error));
      } finally {
        await client.query("rollback");
      }
      expect(seen.map(({ foreseen }) => foreseen)).toEqual(seen.map(({ tried }) => tried));
    }),
    { numRuns: Number(process.env["WAIT_RUNS"] ?? 8) },
  );
  expect([...refused].filter((error) => !/does not exist|pending trigger|being used/.test(error))).toEqual(
    [],
  );
  await Promise.all([trials.close(), client.end()]);
});
