import type { Client } from "pg";
import { blockRange } from "../plan/backfill-sql.ts";
import type { Relation, VerifyStep } from "../plan/plan.ts";
import { displayName, quoteIdentifier, quoteQualified } from "../sql/quote.ts";
import { forEachStretch } from "./each-stretch.ts";
import type { Execution, StepTask } from "./execution.ts";
import { noteStretch, type RangeRecord } from "./ranges-journal.ts";

/** Rows that offend: how many, and a few of them by their key or by where they are. */
export interface Offence {
  count: number;
  named: string[];
}

/** Goes through the blocks of a range from where it stands, and notes each stretch. */
export async function verifyRange(
  execution: Execution,
  {
    task: { change, record, step },
    range,
    rowsNamed,
    onStretch,
  }: {
    task: StepTask<VerifyStep>;
    range: RangeRecord;
    rowsNamed: number;
    onStretch: (noted: RangeRecord) => void;
  },
): Promise<Offence> {
  const { part } = range;
  if (part.by === "key") throw new Error("a verification goes by blocks");
  const { client } = execution.session;
  const place = { number: change.number, ordinal: record.ordinal, pass: range.pass, range: range.range };
  const found: Offence = { count: 0, named: [] };
  let noted = range;
  const startedAt = performance.now();
  let seenHere = 0;
  await forEachStretch(execution, {
    state: change.state,
    from: Number(range.lastKey?.[0] ?? part.from ?? 0),
    blocks: part.blocks,
    look: async (session, stretch) => {
      const offending = await look(session, {
        step,
        relation: part.relation,
        where: blockRange(stretch),
        rowsNamed: rowsNamed - found.named.length,
      });
      return { ...offending, stretch };
    },
    looked: async ({ seen, count, named, stretch }) => {
      found.count += count;
      found.named.push(...named);
      seenHere += seen;
      noted = await noteStretch(client, {
        ...place,
        to: stretch.to,
        seen,
        found: count,
        ended: stretch.to >= part.blocks,
        rowsPerSecond: Math.round((seenHere / Math.max(1, performance.now() - startedAt)) * 1_000),
      });
      onStretch(noted);
      return false;
    },
  });
  // A table without a block has nothing to look at, and is through.
  if (!noted.ended) {
    noted = await noteStretch(client, {
      ...place,
      to: part.blocks,
      seen: 0,
      found: 0,
      ended: true,
      rowsPerSecond: 0,
    });
  }
  return found;
}

/** Everything in one statement, for what is not made of blocks, such as a view. */
export async function verifyAtOnce(client: Client, step: VerifyStep, rowsNamed: number): Promise<Offence> {
  const { count, named } = await look(client, {
    step,
    relation: step.relation,
    where: "true",
    rowsNamed,
    withChildren: true,
  });
  return { count, named };
}

interface Look {
  step: VerifyStep;
  relation: Relation;
  where: string;
  rowsNamed: number;
  withChildren?: boolean;
}

async function look(client: Client, options: Look): Promise<Offence & { seen: number }> {
  const { step, relation, where, rowsNamed, withChildren = false } = options;
  // A partition is looked at under the name that the condition says its columns by.
  const table = `${withChildren ? "" : "only "}${quoteQualified(relation.schema, relation.name)} as ${quoteIdentifier(step.relation.name)}`;
  const { rows } = await client.query<{ interlock_seen: string; interlock_count: string }>(
    // The names keep it apart from the application's statements, where they are counted.
    // A condition may look into another table, for which a plan is found where it stands in WHERE.
    `select (select count(*) from ${table} where ${where}) as interlock_seen,
            (select count(*) from ${table} where ${where} and (${step.violation})) as interlock_count`,
  );
  const count = Number(rows[0]?.interlock_count ?? 0);
  const seen = Number(rows[0]?.interlock_seen ?? 0);
  if (count === 0 || rowsNamed <= 0) return { seen, count, named: [] };
  return { seen, count, named: await nameOffending(client, { ...options, table }) };
}

async function nameOffending(
  client: Client,
  { step, relation, where, rowsNamed, table }: Look & { table: string },
): Promise<string[]> {
  const names = await keyOf(client, relation);
  const { rows } = await client.query<{ interlock_key: string[] }>(
    `select array[${names.map((name) => `${quoteIdentifier(name)}::text`).join(", ")}] as interlock_key
       from ${table} where ${where} and (${step.violation}) limit ${String(rowsNamed)}`,
  );
  return rows.map(({ interlock_key: key }) =>
    names.map((name, at) => `${displayName(name)} = ${key[at] ?? "null"}`).join(", "),
  );
}

/** The primary key's columns, or where the row is. */
async function keyOf(client: Client, relation: Relation): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select a.attname as name from pg_catalog.pg_index i
       join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey::smallint[])
      where i.indrelid = $1::regclass and i.indisprimary
      order by array_position(i.indkey::smallint[], a.attnum)`,
    [quoteQualified(relation.schema, relation.name)],
  );
  return rows.length === 0 ? ["ctid"] : rows.map(({ name }) => name);
}
