import { mostStatements, mostWorkloadBytes, type StoredWorkload } from "../api/workloads.ts";
import type { Caller } from "../access/caller.ts";
import { requireEverywhere } from "../access/require-everywhere.ts";
import type { Control } from "../control/control.ts";
import { storable } from "../control/storable.ts";
import { Failure } from "../std/failure.ts";
import { appVersion, type Workload } from "../workload/workload.ts";
import { digestOf } from "./digest.ts";

/**
 * Stores the statements of an app version. Another workload takes the place of the one before it, and what was shown
 * with that one no longer counts. Throws `Failure` "input-not-valid" or "too-large", or
 * "forbidden" where a token for some environments would take statements away that all of them go by.
 */
export async function pushWorkload(
  { control }: { control: Control },
  asked: { app: string; version: string; workload: Workload; caller: Caller },
): Promise<StoredWorkload> {
  const { app, version, caller } = asked;
  refuse(asked);
  // As the control database gives it back: the hash is of what rehearsals will use.
  const workload = storable(asked.workload) as Workload;
  const sha256 = digestOf(workload);
  const statements = workload.statements.length;
  return control.transact(async ({ query, audit, emit }) => {
    // The row's lock makes two pushes of one version take turns.
    await query(
      "select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('workload ' || $1::text, 0))",
      [`${app}@${version}`],
    );
    const [before] = await query<{ sha256: string; pushed_at: Date; pushed_by: string; workload: Workload }>(
      "select sha256, pushed_at, pushed_by, workload from interlock_control.workloads where app = $1::text and version = $2::text",
      [app, version],
    );
    if (before?.sha256 === sha256) {
      const pushed = { pushedAt: before.pushed_at.toISOString(), pushedBy: before.pushed_by };
      return { app, version, sha256, statements, ...pushed, replaced: false };
    }
    if (before !== undefined && !keepsAll(before.workload, workload)) {
      requireEverywhere(caller, "replace a workload by one that lacks statements");
    }
    const [row] = await query<{ pushed_at: Date }>(
      `insert into interlock_control.workloads (app, version, sha256, workload, pushed_by)
       values ($1::text, $2::text, $3::text, $4::jsonb, $5::text)
       on conflict (app, version) do update
         set sha256 = excluded.sha256, workload = excluded.workload, pushed_by = excluded.pushed_by,
             pushed_at = clock_timestamp()
       returning pushed_at`,
      [app, version, sha256, JSON.stringify(workload), caller.owner],
    );
    if (row === undefined) throw new Error("insert … returning answers one row");
    const subject = `${app}@${version}`;
    const detail = { sha256, statements, replaced: before?.sha256 ?? null };
    audit({ actor: caller.owner, action: "workload.push", subject, detail });
    emit({ kind: "workload-pushed", subject, detail });
    const replaced = before !== undefined;
    return {
      app,
      version,
      sha256,
      statements,
      pushedAt: row.pushed_at.toISOString(),
      pushedBy: caller.owner,
      replaced,
    };
  });
}

/** Whether a workload asks at least what another one does, so that nothing that breaks can be hidden by it. */
function keepsAll(before: Workload, after: Workload): boolean {
  const kept = new Set(after.statements.map(demand));
  return before.statements.every((statement) => kept.has(demand(statement)));
}

function demand({ sql, prepared = false }: Workload["statements"][number]): string {
  return `${String(prepared)} ${sql}`;
}

function refuse({ app, version, workload }: { app: string; version: string; workload: Workload }): void {
  const facts = { state: "Nothing was changed." };
  if (workload.app !== app || workload.version !== version) {
    throw new Failure({
      ...facts,
      code: "input-not-valid",
      message: `The workload is of ${appVersion(workload)}, not of ${app}@${version}.`,
      next: `Send it to /workloads/${workload.app}/${workload.version}, or record it again.`,
    });
  }
  const bytes = Buffer.byteLength(JSON.stringify(workload), "utf8");
  if (workload.statements.length > mostStatements || bytes > mostWorkloadBytes) {
    throw new Failure({
      ...facts,
      code: "too-large",
      message: "The workload is too large.",
      why: `It has ${String(workload.statements.length)} statements in ${String(bytes)} bytes; ${String(mostStatements)} in ${String(mostWorkloadBytes)} are taken.`,
      next: "Record it without samples, or with fewer: interlock record keeps one entry for each statement.",
    });
  }
}
