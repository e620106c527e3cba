import type { Client } from "pg";
import { quoteIdentifier, quoteQualified } from "../sql/quote.ts";
import type { BatchedStep, Relation } from "../plan/plan.ts";

/** Blocks of a table or partition, from `from` to before `blocks`. */
export interface BlockPart {
  by: "block";
  relation: Relation;
  /** 0 where it is absent. */
  from?: number;
  blocks: number;
  /** The file that the table was in: a rewrite (VACUUM FULL, CLUSTER) gives its rows other places. */
  fileNode?: string;
  /** About how many rows are there, where statistics say. */
  rows?: number;
}

/** A table or partition by key, and the last key that it had at the start. */
interface KeyPart {
  by: "key";
  relation: Relation;
  upTo: string[];
  rows?: number;
}

/**
 * What one walk through a table goes over, and where it ends. Rows that come later are the business of the sync's
 * triggers, so each part ends where it ended at the start: a walk never runs after its own tail.
 */
export type BackfillPart = BlockPart | KeyPart;

interface PartRow {
  schema: string;
  name: string;
  keyed: boolean;
  blocks: string;
  file_node: string | null;
  row_count: number;
}

/**
 * The table of a batched step, or its partitions and children one by one: by physical place, or by key where a
 * row must not be met twice and a unique index has the key in its usual order.
 */
export async function findParts(
  client: Client,
  { relation, key, once }: Pick<BatchedStep, "relation" | "key"> & { once: boolean },
): Promise<BackfillPart[]> {
  const { rows } = await client.query<PartRow>(partsSql, [
    quoteQualified(relation.schema, relation.name),
    [...key],
  ]);
  const parts: BackfillPart[] = [];
  for (const { schema, name, keyed, blocks, file_node, row_count } of rows) {
    const own = { relation: { schema, name }, ...(row_count < 0 ? {} : { rows: Math.round(row_count) }) };
    if (!once || !keyed) {
      parts.push({ by: "block", ...own, blocks: Number(blocks), fileNode: file_node ?? "" });
      continue;
    }
    const upTo = await lastKey(client, { relation: own.relation, key });
    if (upTo !== undefined) parts.push({ by: "key", ...own, upTo });
  }
  return parts;
}

// A key can be walked through where its index is in the order that rows are compared in: of the columns' own
// collations and the default operators, all ascending or all descending, and without NULLs.
const partsSql = `with recursive part as (
   select $1::regclass::oid as oid
   union select i.inhrelid from pg_catalog.pg_inherits i join part p on i.inhparent = p.oid
 )
 select n.nspname as schema, c.relname as name, c.reltuples::double precision as row_count,
        pg_catalog.pg_relation_size(c.oid) / current_setting('block_size')::bigint as blocks,
        pg_catalog.pg_relation_filenode(c.oid)::text as file_node,
        exists (
          select from pg_catalog.pg_index i
            join pg_catalog.pg_class ic on ic.oid = i.indexrelid
            join pg_catalog.pg_am am on am.oid = ic.relam and am.amname = 'btree'
           where i.indrelid = c.oid and i.indisunique and i.indisvalid and i.indpred is null
             and i.indnkeyatts = cardinality($2::text[])
             and array(select a.attname::text
                         from unnest(i.indkey::smallint[], i.indclass::oid[], i.indcollation::oid[], i.indoption::smallint[])
                           with ordinality as k (attnum, opclass, used_collation, used_option, at)
                         join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
                         join pg_catalog.pg_opclass o on o.oid = k.opclass
                        where k.at <= i.indnkeyatts and a.attnotnull and o.opcdefault
                          and k.used_collation = a.attcollation and k.used_option & 1 = i.indoption[0] & 1
                        order by k.at) = $2::text[]
        ) as keyed
   from part join pg_catalog.pg_class c on c.oid = part.oid
   join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' order by c.oid`;

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

/** Whether a table was rewritten since its part was cut, or is gone, so that rows may have been passed over. */
export async function wasRewritten(client: Client, parts: readonly BackfillPart[]): Promise<boolean> {
  for (const part of parts) {
    if (part.by === "key" || part.fileNode === undefined) continue;
    const { rows } = await client.query<{ file_node: string | null }>(
      "select pg_catalog.pg_relation_filenode(pg_catalog.to_regclass($1::text))::text as file_node",
      [quoteQualified(part.relation.schema, part.relation.name)],
    );
    if ((rows[0]?.file_node ?? "") !== part.fileNode) return true;
  }
  return false;
}
