import type { Client } from "pg";
import type { Plan } from "../plan/plan.ts";
import { phaseNames } from "../plan/plan.ts";
import { quoteQualified } from "../sql/quote.ts";
import { shownNames } from "./live-versions.ts";
import type { UnknownSession } from "./ship-event.ts";

/**
 * Sessions that say no app version which the plan knows, and that hold locks on its tables now. Nobody can tell
 * whether what they send fits the new shape: they hold nothing up, and whoever ships is told.
 */
export async function findUnknownSessions(
  client: Client,
  { old, new: coming, phases }: Pick<Plan, "old" | "new" | "phases">,
): Promise<UnknownSession[]> {
  const relations = new Set(
    phaseNames
      .flatMap((phase) => phases[phase].flatMap((step) => step.relations))
      .map(({ schema, name }) => quoteQualified(schema, name)),
  );
  if (relations.size === 0) return [];
  const { rows } = await client.query<{
    pid: number;
    name: string;
    role: string | null;
    since: Date | null;
    relations: string[];
  }>(
    `select a.pid, coalesce(a.application_name, '') as name, a.usename::text as role, a.xact_start as since,
            array_agg(distinct l.relation::regclass::text order by l.relation::regclass::text) as relations
       from pg_catalog.pg_locks l join pg_catalog.pg_stat_activity a on a.pid = l.pid
      where l.locktype = 'relation' and a.pid <> pg_catalog.pg_backend_pid()
        and l.database = (select oid from pg_catalog.pg_database where datname = current_database())
        and l.relation = any (array(select pg_catalog.to_regclass(name)::oid from unnest($1::text[]) as name))
        and coalesce(a.application_name, '') <> all ($2::text[])
        and coalesce(a.backend_type, 'client backend') = 'client backend'
        and not starts_with(coalesce(a.application_name, ''), 'interlock')
      group by 1, 2, 3, 4 order by 4, 1 limit 20`,
    [[...relations], [...old, ...coming].flatMap(shownNames)],
  );
  return rows.map(({ pid, name, role, since, relations: held }) => ({
    pid,
    applicationName: name,
    role,
    since: since?.toISOString() ?? null,
    relations: held,
  }));
}

/** For people: `process 4711 (psql, role ada) in a transaction on payments since …`. */
export function describeUnknownSession({
  pid,
  applicationName,
  role,
  since,
  relations,
}: UnknownSession): string {
  const name = applicationName === "" ? "no application_name" : applicationName;
  const by = role === null ? "" : `, role ${role}`;
  return `process ${String(pid)} (${name}${by}) is in a transaction on ${relations.join(", ")}${since === null ? "" : ` since ${since}`}`;
}
