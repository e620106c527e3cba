import type { Readable } from "node:stream";
import type { ClientBase } from "pg";
import { statement, type Statement } from "../database/statement.ts";
import type { Check, Difference, Summary } from "./check.ts";
import { checks } from "./checks/all.ts";
import { readSettlement } from "./read-settlement.ts";
import { addDecisions, analyse, createBounds, createDecisions, createOperations } from "./snapshot.ts";

export interface ReconcileOptions {
  client: ClientBase;
  /** Opens the settlement file; `until` is the time of the snapshot, after which it need hold nothing. */
  open: (until: string) => Readable | Promise<Readable>;
  /** Compares nothing older, as a settlement file that begins then needs it. ISO 8601. */
  from: string | undefined;
  /** Compares nothing younger. Left out: the latest decision of the file. */
  until: string | undefined;
  /** True: the file was asked for up to the time of the snapshot, so that is what it is compared until. */
  isComplete: boolean;
  /** What is younger may still be on its way, in seconds. */
  graceSeconds: number;
}

const fetchSize = 1_000;

/**
 * Compares what the platform wrote down with what the acquirer did, and our own records with one another, on one
 * snapshot. Yields each difference, then returns how much was compared. Changes nothing.
 */
export async function* reconcile(options: ReconcileOptions): AsyncGenerator<Difference, Summary> {
  const { client } = options;
  // The time comes before the snapshot. Whatever was decided before it was asked for before it, so the snapshot
  // knows of it; and whatever the snapshot calls finished before it is in a file that reaches up to it.
  const [clock] = await run<{ now: Date }>(client, readClock);
  if (clock === undefined) throw new Error("a clock has a time");
  const now = clock.now.toISOString();
  await client.query("begin isolation level repeatable read");
  try {
    await run(client, createDecisions);
    for await (const columns of readSettlement(await options.open(options.until ?? now))) {
      await run(client, addDecisions, columns);
    }
    const until = options.until ?? (options.isComplete ? now : null);
    await run(client, createBounds, [options.from ?? null, until, options.graceSeconds]);
    await run(client, createOperations);
    await run(client, analyse);
    let differences = 0;
    for (const check of checks) {
      for await (const difference of differencesOf(client, check)) {
        differences += 1;
        yield difference;
      }
    }
    return { ...(await count(client)), differences };
  } finally {
    await client.query("rollback");
  }
}

async function* differencesOf(client: ClientBase, check: Check): AsyncGenerator<Difference> {
  const { kind, action, sql } = check;
  await client.query(`declare differences no scroll cursor for ${sql} order by 1`);
  for (;;) {
    const { rows } = await client.query<Pick<Difference, "reference" | "here" | "there">>(
      `fetch ${String(fetchSize)} from differences`,
    );
    for (const row of rows) yield { kind, ...row, action };
    if (rows.length < fetchSize) break;
  }
  await client.query("close differences");
}

const readClock = statement("read-clock", "select clock_timestamp() as now");

const countBoth = statement(
  "count-reconciled",
  `select (select count(*)::integer from operations) as operations,
  (select count(*)::integer from decisions) as decisions`,
);

async function count(client: ClientBase): Promise<Omit<Summary, "differences">> {
  const [row] = await run<Omit<Summary, "differences">>(client, countBoth);
  if (row === undefined) throw new Error("a count has a row");
  return row;
}

async function run<Row extends object>(
  client: ClientBase,
  { sql }: Statement,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const { rows } = await client.query<Row>(sql, [...values]);
  return rows;
}
