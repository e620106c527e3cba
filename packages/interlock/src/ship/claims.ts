import type { Client } from "pg";
import { displayName, quoteIdentifier, quoteQualified } from "../sql/quote.ts";
import type { Plan } from "../plan/plan.ts";
import { referencesOf, type Reference } from "./references.ts";

/** An object of the database that a change has to itself while it is open, or that it shares with others that only use it. */
export interface Claim {
  /** `relation public.payments`, `type public.status`, `function public.pay`; every change conflicts with `*`. */
  object: string;
  isExclusive: boolean;
}

/**
 * What a change claims in this database: everything its steps name, with the tables of its indexes, the partitions
 * and parents of its tables, and the functions that their triggers run.
 *
 * A plan is proved on a schema without the hidden columns, triggers and half-made constraints of another change.
 * That proof holds beside another one because no object is claimed by both: nothing that the steps touch, and
 * nothing that they rely on, is in a state that the proof has not seen.
 */
export async function claimsOf(client: Client, plan: Pick<Plan, "phases">): Promise<Claim[]> {
  const references = referencesOf(plan);
  const relations = references.filter(({ kind }) => kind === "relation");
  const claims = [
    ...(await relationClaims(client, relations)),
    ...(await otherClaims(
      client,
      references.filter(({ kind }) => kind !== "relation"),
    )),
  ];
  const byObject = new Map<string, Claim>();
  for (const { object, isExclusive } of claims) {
    byObject.set(object, { object, isExclusive: isExclusive || byObject.get(object)?.isExclusive === true });
  }
  return [...byObject.values()].toSorted((one, other) => (one.object < other.object ? -1 : 1));
}

async function relationClaims(client: Client, relations: readonly Reference[]): Promise<Claim[]> {
  const { rows } = await client.query<{ object: string; exclusive: boolean }>(
    `with recursive named as (
       select name, pg_catalog.to_regclass(name)::oid as oid from unnest($1::text[]) as name
     ), touched as (
       select coalesce(i.indrelid, n.oid) as oid from named n
         left join pg_catalog.pg_index i on i.indexrelid = n.oid where n.oid is not null
       union select case when i.inhrelid = touched.oid then i.inhparent else i.inhrelid end
               from touched join pg_catalog.pg_inherits i on touched.oid in (i.inhrelid, i.inhparent)
     )
     select pg_catalog.format('relation %s.%s', n.nspname, c.relname) as object, true as exclusive
       from touched join pg_catalog.pg_class c using (oid) join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where n.nspname not in ('pg_catalog', 'information_schema', 'interlock')
     union
     select pg_catalog.format('function %s.%s', n.nspname, p.proname), false
       from touched join pg_catalog.pg_trigger t on t.tgrelid = touched.oid and not t.tgisinternal
       join pg_catalog.pg_proc p on p.oid = t.tgfoid join pg_catalog.pg_namespace n on n.oid = p.pronamespace
      where n.nspname not in ('pg_catalog', 'information_schema', 'interlock')`,
    [relations.map(written)],
  );
  const { rows: missing } = await client.query<{ at: number; schema: string | null }>(
    `select at::integer - 1 as at, current_schema()::text as schema
       from unnest($1::text[]) with ordinality as named (name, at)
      where pg_catalog.to_regclass(name) is null`,
    [relations.map(written)],
  );
  return [
    ...rows.map(({ object, exclusive }) => ({ object, isExclusive: exclusive })),
    // What is still to be made: by its name alone.
    ...missing.flatMap(({ at, schema }) => {
      const one = relations[at];
      return one?.isSure !== true
        ? []
        : [{ object: `relation ${one.schema ?? schema ?? "public"}.${one.name}`, isExclusive: true }];
    }),
  ];
}

/** Types and functions, under every schema that has one of that name where none is said. Those of PostgreSQL's own are nobody's. */
async function otherClaims(client: Client, references: readonly Reference[]): Promise<Claim[]> {
  const { rows } = await client.query<{ at: number; schema: string }>(
    `select at::integer - 1 as at, n.nspname as schema
       from unnest($1::text[], $2::text[], $3::text[]) with ordinality as r (kind, schema, name, at)
       join pg_catalog.pg_namespace n on n.nspname = coalesce(r.schema, n.nspname)
      where (r.kind = 'type' and exists (select from pg_catalog.pg_type t
                                          where t.typname = r.name and t.typnamespace = n.oid and t.typrelid = 0))
         or (r.kind = 'function' and exists (select from pg_catalog.pg_proc p
                                              where p.proname = r.name and p.pronamespace = n.oid))`,
    [
      references.map(({ kind }) => kind),
      references.map(({ schema }) => schema),
      references.map(({ name }) => name),
    ],
  );
  return references.flatMap(({ kind, schema, name, how }, at) => {
    const found = rows.filter((row) => row.at === at).map((row) => row.schema);
    const schemas = found.length > 0 ? found : how === "change" ? [schema ?? "public"] : [];
    return schemas
      .filter((each) => each !== "pg_catalog" && each !== "information_schema" && each !== "interlock")
      .map((each) => ({ object: `${kind} ${each}.${name}`, isExclusive: how === "change" }));
  });
}

function written({ schema, name }: Reference): string {
  return schema === null ? quoteIdentifier(name) : quoteQualified(schema, name);
}

/** For people: `payments`, `type status`, `sales.orders`. */
export function describeClaim({ object }: Pick<Claim, "object">): string {
  const [, kind = "", name = ""] = /^(\w+) (.*)$/s.exec(object) ?? [];
  const shown = displayName(name.replace(/^public\./, ""));
  return kind === "relation" ? shown : `${kind} ${shown}`;
}
