import type { Probe, PutProbe } from "../api/probes.ts";
import type { Caller } from "../access/caller.ts";
import type { Sealer } from "../access/sealer.ts";
import type { Control } from "../control/control.ts";
import { checkDatabaseUrl } from "../database/database-url.ts";
import { findEnvironment } from "../environment/find-environment.ts";
import { databaseNotFound } from "../environment/open-database.ts";
import type { Query } from "../environment/query.ts";
import { Failure } from "../std/failure.ts";
import { newId } from "../std/new-id.ts";
import { endProbeSignals } from "./end-probe-signals.ts";
import { probeColumns, probeOf, probeSealPlace, type ProbeRow } from "./probe-row.ts";
import { requireDatabaseRight } from "./require-database-right.ts";
import { shownCheck } from "./shown-check.ts";

/** Of what has no timeout: the interval, but not longer than this. */
const longestDefaultTimeoutMs = 10_000;

/**
 * Makes a probe, or makes it what is asked for, if it still is at the revision that the caller read. Throws `Failure`
 * "not-found", "conflict" or "input-not-valid".
 */
export async function putProbe(
  { control, sealer }: { control: Control; sealer: Sealer },
  {
    environment,
    name,
    probe,
    caller,
  }: { environment: string; name: string; probe: PutProbe; caller: Caller },
): Promise<Probe> {
  const { check, secrets } = probe;
  refuseUnusable(probe);
  requireDatabaseRight(check, caller);
  return control.transact(async ({ query, audit, emit }) => {
    await findEnvironment(query, environment);
    await requireDatabase(query, { environment, probe });
    const [known] = await query<{ id: string; revision: number }>(
      `select id, revision from interlock_control.probes
        where environment = $1::text and name = $2::text and removed_at is null for update`,
      [environment, name],
    );
    if ((known?.revision ?? null) !== probe.revision) throw conflict(name, known?.revision ?? null);
    const id = known?.id ?? newId("prb");
    const sealed = sealer.seal(JSON.stringify({ check, secrets }), probeSealPlace(id));
    const [row] = await query<ProbeRow>(known === undefined ? insertSql : updateSql, [
      id,
      environment,
      name,
      probe.component,
      check.kind,
      sealed,
      JSON.stringify(shownCheck(check)),
      probe.intervalMs,
      probe.timeoutMs ?? Math.min(probe.intervalMs, longestDefaultTimeoutMs),
      probe.failsAfter,
      probe.recoversAfter,
      probe.leastWorkers,
      probe.objective,
      probe.isPaused,
      caller.owner,
      probe.revision,
    ]);
    if (row === undefined) throw conflict(name, null);
    if (probe.isPaused) await endProbeSignals({ query, emit }, { environment, id, why: "it is paused" });
    const detail = {
      name,
      kind: check.kind,
      component: probe.component,
      isPaused: probe.isPaused,
      revision: row.revision,
    };
    audit({ actor: caller.owner, action: "probe.put", environment, subject: id, detail });
    emit({ kind: "probe-changed", environment, subject: id, detail });
    return probeOf(row);
  });
}

const insertSql = `insert into interlock_control.probes
  (id, environment, name, component, kind, sealed_check, shown_check, interval_ms, timeout_ms, fails_after, recovers_after,
   least_workers, objective, is_paused, created_by, updated_by)
 select $1::text, $2::text, $3::text, $4::text, $5::text, $6::bytea, $7::jsonb, $8::integer, $9::integer, $10::integer,
        $11::integer, $12::integer, $13::numeric, $14::boolean, $15::text, $15::text where $16::integer is null
 on conflict (environment, name) where removed_at is null do nothing returning ${probeColumns}`;

/** What was measured of another check says nothing of this one: its state is not known again, unless trouble is open. */
const updateSql = `update interlock_control.probes
  set component = $4::text, kind = $5::text, sealed_check = $6::bytea, shown_check = $7::jsonb, interval_ms = $8::integer,
      timeout_ms = $9::integer, fails_after = $10::integer, recovers_after = $11::integer, least_workers = $12::integer,
      objective = $13::numeric, is_paused = $14::boolean, updated_by = $15::text, updated_at = clock_timestamp(),
      revision = revision + 1, state = 'unknown', state_since = clock_timestamp(), state_revision = state_revision + 1,
      failing_since = case when $14::boolean then null else failing_since end
 where id = $1::text and environment = $2::text and name = $3::text and revision = $16::integer and removed_at is null
 returning ${probeColumns}`;

function refuseUnusable({ check, timeoutMs }: PutProbe): void {
  if (check.kind === "postgres") {
    if ((check.database === undefined) === (check.url === undefined)) {
      throw notValid("A postgres check has a database of the environment or a URL, one of them.");
    }
    if (check.url !== undefined) checkDatabaseUrl(check.url, "Nothing was changed.");
  }
  const requests = check.kind === "steps" ? check.steps : check.kind === "http" ? [check] : [];
  for (const { url, json, form, body } of requests) {
    if (!/^(?:https?:\/\/|\{\{)/i.test(url)) throw notValid("An address begins with http:// or https://.");
    if ([json, form, body].filter((one) => one !== undefined).length > 1) {
      throw notValid("A request has one of json, form and body.");
    }
  }
  const waits = check.kind === "steps" ? check.steps.map(({ until }) => until?.forMs ?? 0) : [];
  if (timeoutMs !== undefined && Math.max(0, ...waits) >= timeoutMs) {
    throw notValid("A step waits longer than the whole check may take.");
  }
}

async function requireDatabase(
  query: Query,
  { environment, probe: { check } }: { environment: string; probe: PutProbe },
): Promise<void> {
  if (check.kind !== "postgres" || check.database === undefined) return;
  const found = await query(
    "select from interlock_control.databases where environment = $1::text and name = $2::text",
    [environment, check.database],
  );
  if (found.length === 0) throw databaseNotFound({ environment, name: check.database });
}

function notValid(why: string): Failure {
  return new Failure({
    code: "input-not-valid",
    message: "The probe is not valid.",
    why,
    state: "Nothing was changed.",
    next: "See docs/guide/detection.md for what a check looks like.",
  });
}

function conflict(name: string, revision: number | null): Failure {
  return new Failure({
    code: "conflict",
    message: `The probe ${name} is not as you read it.`,
    why: revision === null ? "There is none of this name." : `It is at revision ${String(revision)}.`,
    state: "Nothing was changed.",
    next: `Read it again: interlock probe show ${name} --env ENVIRONMENT`,
  });
}
