import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Plan } from "../plan/plan.ts";
import { Failure } from "../std/failure.ts";
import { createPayments, paidStatusPlan } from "./example-change.ts";
import { resumeChange } from "./resume-change.ts";
import { rollbackChange } from "./rollback-change.ts";
import { shipChange } from "./ship-change.ts";
import type { ShipEvent } from "./ship-event.ts";
import { shipStatus } from "./ship-status.ts";
import { useDatabase } from "./testing-database.ts";

const database = useDatabase();

/** Two changes of one table, and one of another. */
const changes = { first: "orders", rival: "orders", other: "refunds" } as const;
type Name = keyof typeof changes;

function planOf(name: Name): Plan {
  return paidStatusPlan({ table: { schema: "public", name: changes[name], key: ["id"] }, id: `chg-${name}` });
}

interface Command {
  verb: "ship" | "resume" | "rollback";
  change: Name;
  to: "expand" | "migrate" | "contract";
  /** After how many of its events it is stopped, and how; null lets it go on. */
  end: { after: number; by: "signal" | "kill" } | null;
}

const command: fc.Arbitrary<Command> = fc.record({
  verb: fc.constantFrom("ship", "ship", "resume", "rollback"),
  change: fc.constantFrom("first", "rival", "other"),
  to: fc.constantFrom("expand", "migrate", "contract"),
  end: fc.option(
    fc.record({ after: fc.integer({ min: 1, max: 12 }), by: fc.constantFrom("signal", "kill") }),
  ),
});

/** What one of two executors may be told, whatever the other does and wherever it was killed. */
const expected = new Set([
  "already-shipping",
  "relations-in-change",
  "change-not-open",
  "nothing-to-resume",
  "nothing-to-roll-back",
  "being-rolled-back",
  "past-the-point-of-no-return",
  "interrupted",
  "database-went-away",
  // The rival finds the table in the new shape already.
  "step-failed",
]);

async function run({ verb, change, to, end }: Command): Promise<void> {
  const stop = new AbortController();
  const kills: Promise<unknown>[] = [];
  let events = 0;
  const on = (_event: ShipEvent): void => {
    events += 1;
    if (events !== end?.after) return;
    if (end.by === "signal") stop.abort();
    else kills.push(endSessions());
  };
  const options = { connection: database.connection, reconnectForMs: 1, on, signal: stop.signal };
  const id = `chg-${change}`;
  try {
    if (verb === "ship") await shipChange({ ...options, plan: planOf(change), to });
    else if (verb === "resume") await resumeChange({ ...options, change: id, to });
    else await rollbackChange({ ...options, change: id });
  } catch (error) {
    if (!(error instanceof Failure) || !expected.has(error.code)) throw error;
  } finally {
    await Promise.all(kills);
  }
}

function endSessions(): Promise<unknown> {
  return database.client.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'interlock' and datname = current_database()",
  );
}

/** No two open changes have the same to themselves, and ended ones have nothing. */
async function checkClaims(): Promise<void> {
  expect(
    await database.rows(
      `select c.object from interlock.claims c join interlock.changes on number = c.change
        where c.is_exclusive group by 1 having count(*) > 1 or bool_or(state in ('done', 'rolled-back'))`,
    ),
  ).toEqual([]);
  const open = (await shipStatus({ connection: database.connection })).open.map(({ id }) => id);
  expect(open.includes("chg-first") && open.includes("chg-rival")).toBe(false);
}

/** Ends what is open, forward where there is no way back. */
async function endAll(): Promise<void> {
  for (const { id } of (await shipStatus({ connection: database.connection })).open) {
    await rollbackChange({ connection: database.connection, change: id }).catch((error: unknown) => {
      if (!(error instanceof Failure) || error.code !== "past-the-point-of-no-return") throw error;
      return resumeChange({ connection: database.connection, change: id, to: "contract" });
    });
  }
}

const oldShape = ["id", "is_paid", "is_refunded", "note"];
const newShape = ["id", "note", "status"];

async function columns(table: string): Promise<string[]> {
  const rows = await database.rows<{ name: string }>(
    `select attname as name from pg_attribute where attrelid = '${table}'::regclass and attnum > 0 and not attisdropped order by 1`,
  );
  return rows.map(({ name }) => name);
}

const runs = Number(process.env["SEVERAL_RUNS"] ?? 2);
const seed = Number(process.env["SEVERAL_SEED"] ?? 7);

test("two executors, three changes, kills anywhere: nothing is worked on twice, and each change ends as if alone", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(command, fc.option(command)), { minLength: 1, maxLength: 5 }),
      async (turns) => {
        await database.client.query(
          "drop schema if exists interlock cascade; drop table if exists orders, refunds",
        );
        for (const name of ["orders", "refunds"])
          await createPayments(database.client, { table: { schema: "public", name, key: ["id"] }, rows: 4 });
        await shipChange({ plan: planOf("other"), connection: database.connection, to: "expand" });
        for (const [one, another] of turns) {
          await Promise.all([run(one), ...(another === null ? [] : [run(another)])]);
          await checkClaims();
        }
        await endAll();
        const done = await database.rows<{ id: string }>(
          "select plan_id as id from interlock.changes where state = 'done'",
        );
        for (const table of ["orders", "refunds"]) {
          const isNew = done.some(({ id }) => changes[id.replace("chg-", "") as Name] === table);
          expect(await columns(table)).toEqual(isNew ? newShape : oldShape);
        }
        expect(
          await database.rows(
            "select from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'interlock'",
          ),
        ).toEqual([]);
        expect(await database.rows("select from interlock.claims")).toEqual([]);
      },
    ),
    { numRuns: runs, seed },
  );
});
