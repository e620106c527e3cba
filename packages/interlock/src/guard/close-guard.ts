import type { Client } from "pg";
import { hasTable } from "../ship/own-schema.ts";
import { Failure } from "../std/failure.ts";
import { guardNotInstalled } from "./guard-not-installed.ts";
import { asOwner, passOf, type GuardPass, type PassRow } from "./open-guard.ts";

/**
 * Ends passes before their time: one by its number, or every one that is valid. Answers those that it ended.
 * Throws `Failure` "guard-not-installed", "no-open-pass", "permission-denied".
 */
export async function closeGuard(
  client: Client,
  { by, number }: { by: string; number?: string },
): Promise<GuardPass[]> {
  const rows = await asOwner(async () => {
    if (!(await hasTable(client, "guard_passes"))) throw guardNotInstalled();
    const ended = await client.query<PassRow>(
      `update interlock.guard_passes set closed_at = pg_catalog.clock_timestamp(), closed_by = $1::text
        where closed_at is null and valid_until > pg_catalog.clock_timestamp()
          and ($2::bigint is null or number = $2::bigint)
       returning number, role, reason, opened_at, opened_by, valid_until`,
      [by, number ?? null],
    );
    return ended.rows;
  });
  if (rows.length > 0) return rows.map(passOf);
  throw new Failure({
    code: "no-open-pass",
    message: number === undefined ? "No pass is open." : `Pass ${number} is not open.`,
    why: "It has ended, was closed by somebody else, or was never opened.",
    state: "The guard is as it was.",
    next: "`interlock guard status` shows the passes that are open.",
  });
}
