import type { Client } from "pg";
import { serverMajor } from "../database/server-major.ts";
import type { Plan } from "../plan/plan.ts";
import { Failure } from "../std/failure.ts";

/**
 * Refuses a plan that was proved on another major version: what locks a statement takes, what it writes anew and
 * whether it is understood at all differ between them. Throws `Failure` "plan-for-other-postgres".
 */
export async function refuseOtherPostgres(client: Client, { postgres }: Plan): Promise<void> {
  if (postgres === undefined) return;
  const found = await serverMajor(client);
  if (found === postgres) return;
  throw new Failure({
    code: "plan-for-other-postgres",
    message: `The plan was proved on PostgreSQL ${String(postgres)}, and this database is PostgreSQL ${String(found)}.`,
    why: "Which locks a statement takes, what it writes anew and whether it is understood at all differ between versions.",
    state: "Nothing was changed.",
    next: `Make the plan with \`interlock plan --postgres ${String(found)}\`, or let \`interlock ship\` make it; a server rehearses on the version in INTERLOCK_POSTGRES.`,
  });
}
