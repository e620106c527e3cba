import { createHash } from "node:crypto";
import type { Index } from "../catalog/table.ts";
import { parseStatements } from "../sql/parse.ts";
import { quoteIdentifier, quoteLiteral, quoteQualified } from "../sql/quote.ts";
import { syncOffSetting } from "./backfill-sql.ts";
import { column as columnReference, fields, printExpression, replaceColumns } from "./expression.ts";
import type { Expression } from "./expression.ts";
import type { TableChange } from "./model.ts";
import { syncTriggerName, temporaryName } from "./names.ts";
import { listAt } from "./tree.ts";

/**
 * While a unique index has a copy on the column of the other name or type, two sessions that insert one key at the
 * same time meet twice. PostgreSQL settles it quietly in the index that ON CONFLICT names, and raises 23505 for the
 * other one: six sessions that insert equal keys with ON CONFLICT (a) DO NOTHING had an error in 1 of 100 rows.
 * So the second one is made to wait before it looks, as it would have waited for the index: whoever brings a key
 * that is not there yet holds an advisory lock of it until its transaction ends.
 *
 * It looks with the rights of whoever made it, since a writer need not be allowed to read.
 */
export function createKeeper(change: TableChange, { conflicts }: { conflicts: boolean }): string[] {
  const indexes = keptApart(change, { conflicts });
  if (indexes.length === 0) return [];
  const { table, trigger, routine } = namesOf(change);
  const body = [
    "declare",
    "  held integer;",
    "begin",
    `  if current_setting(${quoteLiteral(syncOffSetting)}, true) = 'off' then`,
    "    return new;",
    "  end if;",
    ...indexes.map((index) => keepIndex(change, index)),
    "  return new;",
    "end",
  ].join("\n");
  return [
    `create function ${routine}() returns trigger language plpgsql security definer set search_path = ${searchPath(change)} as $interlock_keys$\n${body}\n$interlock_keys$`,
    `create trigger ${trigger} before insert or update on ${table} for each row execute function ${routine}()`,
    `alter table ${table} enable always trigger ${trigger}`,
  ];
}

export function dropKeeper(change: TableChange, { conflicts }: { conflicts: boolean }): string[] {
  if (keptApart(change, { conflicts }).length === 0) return [];
  const { table, trigger, routine } = namesOf(change);
  return [`drop trigger ${trigger} on ${table}`, `drop function ${routine}()`];
}

/** A transaction's fair share of the server's lock table, as max_locks_per_transaction has it by default. */
const mostKeys = 64;

/**
 * For a row that comes, or whose key changes. A key that is there already is found by whoever looks for it, and
 * one that is null conflicts with nothing. The locks of all sessions share one table, which a transaction that
 * loads many rows must not fill.
 */
function keepIndex(change: TableChange, index: Index): string {
  const keys = keysOf(index);
  const over = (row: string): string[] => keys.map((key) => printOver(key, { change, row }));
  const [now, before, known] = [over("new"), over("old"), over("known")];
  const same = now.map((key, at) => `${known[at] ?? ""} = ${key}`).join(" and ");
  return `  held := coalesce(nullif(current_setting('${heldSetting}', true), ''), '0')::integer;
  if held < ${String(mostKeys)} and (${now.map((key) => `${key} is not null`).join(" and ")})
    and (tg_op = 'INSERT' or ${now.map((key, at) => `${key} is distinct from ${before[at] ?? ""}`).join(" or ")})
  then
    if not exists (select from only ${namesOf(change).table} as known where ${same}) then
      perform set_config('${heldSetting}', (held + 1)::text, true);
      perform pg_advisory_xact_lock(hash_record_extended(row(${now.join(", ")}), ${seedOf(change, index)}));
    end if;
  end if;`;
}

/** How many keys the transaction holds. */
const heldSetting = "interlock.keys_held";

/** Unique indexes that there are two of until contract, where a statement counts on one of them. */
function keptApart(change: TableChange, { conflicts }: { conflicts: boolean }): Index[] {
  if (!conflicts) return [];
  const doubled = new Set([
    ...[...change.renamed.values()].map(({ from }) => from),
    ...change.replacements.map(({ column }) => column),
  ]);
  return change.before.indexes.filter(
    ({ unique, reads, definition }) =>
      unique && reads.some((name) => doubled.has(name)) && !unhashable(change, definition),
  );
}

/** Types that PostgreSQL has no hash of. */
const withoutHash = /^(bit|bit varying|money|tsvector|tsquery|box|point)\b/;

function unhashable({ before }: TableChange, definition: string): boolean {
  return before.columns.some(({ name, type }) => withoutHash.test(type) && definition.includes(name));
}

function keysOf({ definition }: Index): Expression[] {
  const [statement] = parseStatements(definition, definition);
  const index = fields(fields(statement?.node)["IndexStmt"]);
  return listAt(index, "indexParams").map((parameter) => {
    const { name, expr } = fields(fields(parameter)["IndexElem"]);
    return typeof name === "string" ? columnReference(name) : (expr as Expression);
  });
}

function printOver(key: Expression, { change, row }: { change: TableChange; row: string }): string {
  return printExpression(
    replaceColumns(key, {
      table: change.relation.name,
      replace: (name) => ({
        ColumnRef: { fields: [{ String: { sval: row } }, { String: { sval: name } }] },
      }),
    }),
  );
}

function namesOf({ relation }: TableChange): { table: string; trigger: string; routine: string } {
  return {
    table: quoteQualified(relation.schema, relation.name),
    // Behind the sync's, which gives the row the columns of the other version.
    trigger: quoteIdentifier(`${syncTriggerName(relation)}_keys`.slice(0, 63)),
    routine: quoteQualified("interlock", temporaryName("keys", relation)),
  };
}

/** Keeps the keys of one index apart from those of all others. */
function seedOf({ relation }: TableChange, { name }: Index): string {
  const digest = createHash("sha256")
    .update(JSON.stringify([relation, name]))
    .digest();
  return `${digest.readBigInt64BE().toString()}::bigint`;
}

function searchPath({ relation }: TableChange): string {
  return [...new Set(["pg_catalog", relation.schema, "public", "pg_temp"])].map(quoteIdentifier).join(", ");
}
