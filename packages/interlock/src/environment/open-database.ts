import type { ClientConfig } from "pg";
import type { Sealer } from "../access/sealer.ts";
import type { Control } from "../control/control.ts";
import { Failure } from "../std/failure.ts";
import { resolveUrl } from "./database-source.ts";

/** What a target database is opened with. Throws `Failure` "not-found", "seal-not-opened" or "variable-missing". */
export async function databaseConnection(
  { control, sealer }: { control: Control; sealer: Sealer },
  { environment, name }: { environment: string; name: string },
): Promise<ClientConfig> {
  const [row] = await control.query<{ sealed_url: Buffer }>(
    "select sealed_url from interlock_control.databases where environment = $1::text and name = $2::text",
    [environment, name],
  );
  if (row === undefined) throw databaseNotFound({ environment, name });
  return { connectionString: resolveUrl(sealer.open(row.sealed_url, sealPlace({ environment, name }))) };
}

/** What a sealed URL belongs to: it can't be opened as another database's. */
export function sealPlace({ environment, name }: { environment: string; name: string }): string {
  return `${environment}/${name}`;
}

export function databaseNotFound({ environment, name }: { environment: string; name: string }): Failure {
  return new Failure({
    code: "not-found",
    message: `The environment ${environment} has no database ${name}.`,
    state: "Nothing was changed.",
    next: `See which there are: interlock environment show ${environment}`,
  });
}
