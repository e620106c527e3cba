import type { Client } from "pg";
import type { ChangeRecord } from "./journal-record.ts";
import { hasTable } from "./own-schema.ts";
import { StatementReader, type StatementReading } from "./read-statements.ts";
import { watchStatements, type StatementWatch } from "./statement-watch.ts";

/** What the statistics showed so far, and the last reading of them. */
export interface StatementView {
  reading: StatementReading;
  /** Undefined where they could never be read. */
  watch: StatementWatch | undefined;
}

/** Reads the statistics once more and keeps in the journal what that shows. Undefined where contract breaks nothing. */
export async function lookAtStatements(
  client: Client,
  change: ChangeRecord,
  reader: StatementReader | undefined = readerFor(change),
): Promise<StatementView | undefined> {
  if (reader === undefined) return undefined;
  const view = await viewStatements(client, change, reader);
  if (view?.watch === undefined || "missing" in view.reading) return view;
  await client.query(
    `insert into interlock.statement_watches (change, watch) values ($1::bigint, $2::jsonb)
     on conflict (change) do update set watch = excluded.watch, looked_at = clock_timestamp()`,
    [change.number, JSON.stringify(view.watch)],
  );
  return view;
}

/** As `lookAtStatements`, and keeps nothing. */
export async function viewStatements(
  client: Client,
  change: ChangeRecord,
  reader: StatementReader | undefined = readerFor(change),
): Promise<StatementView | undefined> {
  if (reader === undefined) return undefined;
  const before = await readWatch(client, change.number);
  const reading = await reader.read(client);
  return { reading, watch: "missing" in reading ? before : watchStatements(before, reading.look) };
}

/** Undefined where the plan knows of nothing that contract would break. */
export function readerFor({
  plan: { evidence, phases },
}: Pick<ChangeRecord, "plan">): StatementReader | undefined {
  if (evidence === undefined || phases.contract.length === 0) return undefined;
  return evidence.gone.length + evidence.retired.length === 0 ? undefined : new StatementReader(evidence);
}

/** Undefined before the first reading, and where the journal was made by a version that kept none. */
async function readWatch(client: Client, number: string): Promise<StatementWatch | undefined> {
  if (!(await hasTable(client, "statement_watches"))) return undefined;
  const { rows } = await client.query<{ watch: StatementWatch }>(
    "select watch from interlock.statement_watches where change = $1::bigint",
    [number],
  );
  return rows[0]?.watch;
}
