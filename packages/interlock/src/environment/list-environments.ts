import type { Environment } from "../api/environments.ts";
import type { Query } from "./query.ts";

/** Every environment, by name. */
export async function listEnvironments(query: Query): Promise<Environment[]> {
  const rows = await query<{
    name: string;
    tools: string[];
    grace: number;
    created_at: Date;
    databases: number;
  }>(
    `select e.name, e.tools, e.grace_seconds as grace, e.created_at,
            (select count(*)::integer from interlock_control.databases d where d.environment = e.name) as databases
       from interlock_control.environments e order by e.name`,
  );
  return rows.map(({ created_at: createdAt, grace: graceSeconds, ...row }) => ({
    ...row,
    graceSeconds,
    createdAt: createdAt.toISOString(),
  }));
}
