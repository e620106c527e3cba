import type { AddedDatabase, NewDatabase } from "../api/environments.ts";
import type { Caller } from "../access/caller.ts";
import type { Sealer } from "../access/sealer.ts";
import type { Control } from "../control/control.ts";
import { Failure } from "../std/failure.ts";
import { placeOfSource, resolveUrl } from "./database-source.ts";
import { findEnvironment } from "./find-environment.ts";
import { sealPlace } from "./open-database.ts";
import { tryDatabase } from "./try-database.ts";

/**
 * Adds a database to an environment; its URL is kept sealed. Connects to it first unless told not to. Throws `Failure`
 * "not-found", "already-exists", "database-url-not-valid", "variable-missing", and what `connect` throws.
 */
export async function addDatabase(
  { control, sealer }: { control: Control; sealer: Sealer },
  { environment, database, caller }: { environment: string; database: NewDatabase; caller: Caller },
): Promise<AddedDatabase> {
  const { name, url, isCanary, connect } = database;
  await findEnvironment(control.query, environment);
  const place = placeOfSource(url);
  const warnings = connect ? await tryDatabase(resolveUrl(url)) : [];
  const sealed = sealer.seal(url, sealPlace({ environment, name }));
  return control.transact(async ({ query, audit, emit }) => {
    const [row] = await query<{ added_at: Date }>(
      `insert into interlock_control.databases (environment, name, sealed_url, place, is_canary)
       select e.name, $2::text, $3::bytea, $4::text, $5::boolean
         from interlock_control.environments e where e.name = $1::text for key share
       on conflict (environment, name) do nothing returning added_at`,
      [environment, name, sealed, place, isCanary],
    );
    if (row === undefined) {
      await findEnvironment(query, environment);
      throw alreadyExists({ environment, name });
    }
    const detail = { place, isCanary };
    audit({ actor: caller.owner, action: "database.add", environment, subject: name, detail });
    emit({ kind: "database-added", environment, subject: name, detail });
    return { environment, name, place, isCanary, addedAt: row.added_at.toISOString(), warnings };
  });
}

function alreadyExists({ environment, name }: { environment: string; name: string }): Failure {
  return new Failure({
    code: "already-exists",
    message: `The environment ${environment} has a database ${name} already.`,
    state: "Nothing was changed.",
    next: `Give it another name, or remove the other one first: interlock environment database remove ${environment} ${name}`,
  });
}
