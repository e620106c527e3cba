import type { RehearsalSummary } from "../api/changes.ts";
import type { Caller } from "../access/caller.ts";
import { Failure } from "../std/failure.ts";
import { askRehearsal } from "./ask-rehearsal.ts";
import { versionsFor } from "./choose-evidence.ts";
import { changeNotFound } from "./find-change.ts";
import { readRehearsal } from "./read-change.ts";
import { readEnvironment } from "./read-environment.ts";
import type { EvidenceServices } from "./services.ts";

/**
 * Has a change rehearsed with the versions that are live in an environment, or with those that are named, and with its
 * own. Throws `Failure` "not-found" for an environment, a change, or a version whose workload is not stored.
 */
export async function rehearseWith(
  services: EvidenceServices,
  {
    change,
    environment,
    old,
    caller,
  }: {
    change: string;
    environment?: string | undefined;
    old?: readonly string[] | undefined;
    caller: Caller;
  },
): Promise<RehearsalSummary> {
  const { control } = services;
  const names = old ?? (await liveIn(services, environment));
  return control.transact(async ({ query, audit, emit }) => {
    const [row] = await query<{ app_version: string | null }>(
      "select app || '@' || version as app_version from interlock_control.changes where id = $1::text",
      [change],
    );
    if (row === undefined) throw changeNotFound(change);
    const stored = await query<{ appVersion: string; sha256: string }>(
      `select app || '@' || version as "appVersion", sha256 from interlock_control.workloads
        where app || '@' || version = any($1::text[])`,
      [[...names, row.app_version ?? ""]],
    );
    const missing = (old ?? []).find((name) => !stored.some(({ appVersion }) => appVersion === name));
    if (missing !== undefined) throw workloadMissing(missing);
    const versions = versionsFor(
      { appVersion: row.app_version },
      {
        live: stored.filter(({ appVersion }) => names.includes(appVersion)),
        own: stored.find(({ appVersion }) => appVersion === row.app_version),
      },
    );
    const { id, state } = await askRehearsal(query, { change, versions, again: true });
    const detail = { change, state };
    audit({ actor: caller.owner, action: "change.rehearse", subject: id, detail });
    emit({ kind: "rehearsal-asked", subject: id, detail });
    const {
      report: _report,
      plan: _plan,
      proof: _proof,
      ...summary
    } = await readRehearsal(query, {
      change,
      rehearsal: id,
    });
    return summary;
  });
}

async function liveIn(services: EvidenceServices, environment = ""): Promise<string[]> {
  const { query } = services.control;
  const { versions } = await readEnvironment(services, { query, environment, at: new Date() });
  return versions.map(({ appVersion }) => appVersion);
}

function workloadMissing(appVersion: string): Failure {
  return new Failure({
    code: "not-found",
    message: `The workload of ${appVersion} is not stored.`,
    state: "Nothing was changed.",
    next: "Push it first: interlock workload push FILE",
  });
}
