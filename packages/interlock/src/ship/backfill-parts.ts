import type { Client } from "pg";
import { quoteIdentifier, quoteQualified } from "../sql/quote.ts";
import type { BatchedStep, Relation } from "../plan/plan.ts";

/** A table or partition that a backfill goes through, and where it ended when the backfill began. */
export type BackfillPart =
  | { by: "key"; relation: Relation; upTo: string[] }
  | { by: "block"; relation: Relation; blocks: number };

interface PartRow {
  schema: string;
  name: string;
  keyed: boolean;
  blocks: string;
  row_count: number;
}

/**
 * What there is to fill: the table, or its partitions and children one by one. By key where a unique index
 * has it, by physical place otherwise. Rows that come later are filled by the sync's triggers, so each part
 * ends where it ends now: a backfill never runs after its own tail.
 */
export async function findParts(
  client: Client,
  step: BatchedStep,
): Promise<{ parts: BackfillPart[]; rowsTotal: number }> {
  const { rows } = await client.query<PartRow>(
    `with recursive part as (
       select $1::regclass::oid as oid
       union select i.inhrelid from pg_catalog.pg_inherits i join part p on i.inhparent = p.oid
     )
     select n.nspname as schema, c.relname as name, c.reltuples::double precision as row_count,
            pg_catalog.pg_relation_size(c.oid) / current_setting('block_size')::bigint as blocks,
            exists (
              select from pg_catalog.pg_index i
               where i.indrelid = c.oid and i.indisunique and i.indisvalid and i.indpred is null
                 and array(select a.attname::text from unnest(i.indkey::smallint[]) with ordinality as k (attnum, at)
                             join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
                            where k.at <= i.indnkeyatts and a.attnotnull order by k.at) = $2::text[]
                 and i.indnkeyatts = cardinality($2::text[])
            ) as keyed
       from part join pg_catalog.pg_class c on c.oid = part.oid
       join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'r' order by c.oid`,
    [quoteQualified(step.relation.schema, step.relation.name), [...step.key]],
  );
  const parts: BackfillPart[] = [];
  let rowsTotal = 0;
  for (const { schema, name, keyed, blocks, row_count } of rows) {
    const relation = { schema, name };
    rowsTotal += row_count < 0 ? await countRows(client, relation) : row_count;
    if (!keyed) parts.push({ by: "block", relation, blocks: Number(blocks) });
    else {
      const upTo = await lastKey(client, { relation, key: step.key });
      if (upTo !== undefined) parts.push({ by: "key", relation, upTo });
    }
  }
  return { parts, rowsTotal: Math.round(rowsTotal) };
}

async function lastKey(
  client: Client,
  { relation, key }: { relation: Relation; key: readonly string[] },
): Promise<string[] | undefined> {
  const columns = key.map(quoteIdentifier);
  const { rows } = await client.query<{ key: string[] }>(
    `select array[${columns.map((column) => `${column}::text`).join(", ")}] as key
       from only ${quoteQualified(relation.schema, relation.name)}
      order by ${columns.map((column) => `${column} desc`).join(", ")} limit 1`,
  );
  return rows[0]?.key;
}

/** A table that was never analysed says nothing of its size. */
async function countRows(client: Client, { schema, name }: Relation): Promise<number> {
  const { rows } = await client.query<{ count: string }>(
    `select count(*) as count from only ${quoteQualified(schema, name)}`,
  );
  return Number(rows[0]?.count ?? 0);
}
