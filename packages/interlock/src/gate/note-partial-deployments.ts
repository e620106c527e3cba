import type { Control } from "../control/control.ts";
import type { PartialDeployment } from "./find-partial-deployments.ts";

/**
 * Writes down which partial deployments there are now. Each begins once and ends once, whoever looks and however often
 * a server starts anew.
 */
export async function notePartialDeployments(
  control: Control,
  {
    environment,
    observed,
    found,
  }: { environment: string; observed: readonly string[]; found: readonly PartialDeployment[] },
): Promise<void> {
  const open = await control.query<{ database: string; app_version: string }>(
    `select database, app_version from interlock_control.partial_deployments
      where environment = $1::text and ended_at is null`,
    [environment],
  );
  const begun = found.filter((one) => !open.some((known) => isSame(known, one)));
  const over = open.filter((known) => !found.some((one) => isSame(known, one)));
  // A database that was taken out of the environment has none any more.
  const kept = await control.query<{ name: string }>(
    "select name from interlock_control.databases where environment = $1::text",
    [environment],
  );
  const ended = over.filter(
    ({ database }) => observed.includes(database) || !kept.some(({ name }) => name === database),
  );
  if (begun.length === 0 && ended.length === 0) return;
  await control.transact(async ({ query, emit }) => {
    for (const { database, appVersion, why } of begun) {
      const rows = await query(
        `insert into interlock_control.partial_deployments (environment, database, app_version, why)
         values ($1::text, $2::text, $3::text, $4::text)
         on conflict (environment, database, app_version) where ended_at is null do nothing returning database`,
        [environment, database, appVersion, why],
      );
      if (rows.length === 0) continue;
      emit({ kind: "partial-deployment-began", environment, subject: appVersion, detail: { database, why } });
    }
    for (const { database, app_version: appVersion } of ended) {
      const rows = await query(
        `update interlock_control.partial_deployments set ended_at = clock_timestamp()
          where environment = $1::text and database = $2::text and app_version = $3::text and ended_at is null
         returning database`,
        [environment, database, appVersion],
      );
      if (rows.length === 0) continue;
      emit({ kind: "partial-deployment-ended", environment, subject: appVersion, detail: { database } });
    }
  });
}

function isSame(one: { database: string; app_version: string }, other: PartialDeployment): boolean {
  return one.database === other.database && one.app_version === other.appVersion;
}
