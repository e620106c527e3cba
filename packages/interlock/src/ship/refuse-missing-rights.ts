import type { Client } from "pg";
import { Failure } from "../std/failure.ts";
import { displayName, quoteQualified } from "../sql/quote.ts";
import { touchedRelations } from "../plan/plan-structure.ts";
import { phaseNames, type Plan } from "../plan/plan.ts";

/**
 * Refuses to begin a change whose steps this role may not take: a change that stops at its second step is worse than
 * one that does not begin. Throws `Failure` "permission-denied".
 */
export async function refuseMissingRights(client: Client, { phases }: Plan): Promise<void> {
  const relations = touchedRelations(phases).map(({ schema, name }) => ({
    quoted: quoteQualified(schema, name),
    shown: displayName(schema, name),
  }));
  // An index is made in the schema of its table.
  const schemas = phaseNames
    .flatMap((phase) => phases[phase])
    .flatMap((step) => (step.kind === "index" ? [step.index.schema] : []));
  const { rows } = await client.query<{ missing: string }>(
    `with wanted as (
       select distinct w.shown, pg_catalog.to_regclass(w.quoted)::oid as oid
         from rows from (pg_catalog.unnest($1::text[]), pg_catalog.unnest($2::text[])) as w (quoted, shown)
     ), tables as (
       select w.shown, c.relowner from wanted w join pg_catalog.pg_class c on c.oid = w.oid
     )
     select pg_catalog.format('%s belongs to role %s', shown, relowner::regrole) as missing
       from tables where not pg_catalog.pg_has_role(relowner, 'usage')
     union
     select pg_catalog.format('schema %s: no right to create in it', n.nspname)
       from pg_catalog.pg_namespace n
      where (n.nspname = 'interlock' or n.nspname = any ($3::text[]))
        and not pg_catalog.has_schema_privilege(n.oid, 'create')
     order by 1`,
    [relations.map(({ quoted }) => quoted), relations.map(({ shown }) => shown), schemas],
  );
  if (rows.length === 0) return;
  throw new Failure({
    code: "permission-denied",
    message: "This role may not do what the change does.",
    why: rows.map(({ missing }) => missing).join("\n"),
    state: "Nothing was changed.",
    next: "Use the role that owns these tables, or make this role a member of it; grant create on the schemas named.",
  });
}
