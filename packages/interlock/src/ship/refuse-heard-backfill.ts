import type { Client } from "pg";
import { displayName } from "../sql/quote.ts";
import { triggersSetting } from "../plan/backfill-sql.ts";
import { phaseNames, type BackfillStep, type Plan } from "../plan/plan.ts";
import { shownName } from "../plan/names.ts";
import { Failure } from "../std/failure.ts";

/**
 * Refuses a plan that fills tables behind the back of their triggers where this role may not do that: they would fire
 * once for each row, of which the migration itself writes none. Throws `Failure` "permission-denied".
 */
export async function refuseHeardBackfill(client: Client, { phases }: Plan): Promise<void> {
  const silent = phaseNames
    .flatMap((phase) => phases[phase])
    .filter((step): step is BackfillStep => step.kind === "backfill" && step.silent === true);
  if (silent.length === 0) return;
  const { rows } = await client.query<{ role: string; allowed: boolean }>(
    `select current_user as role,
            pg_catalog.has_parameter_privilege(current_user, '${triggersSetting}', 'set') as allowed`,
  );
  const [found] = rows;
  if (found === undefined || found.allowed) return;
  const tables = [...new Set(silent.map(({ relation }) => shownName(relation)))].join(", ");
  throw new Failure({
    code: "permission-denied",
    message: `The triggers of ${tables} would fire for every row that the change fills, and ${found.role} may not keep them quiet.`,
    why: `The migration itself writes no row there, so that nothing may fire for it: this wants the right to set ${triggersSetting}.`,
    state: "Nothing was changed.",
    next: `Have a superuser run: grant set on parameter ${triggersSetting} to ${displayName(found.role)}`,
  });
}
