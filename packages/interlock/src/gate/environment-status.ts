import type { EnvironmentStatus } from "../api/environments.ts";
import type { Observation } from "../environment/observer.ts";
import { openChanges, readEnvironment, type EnvironmentView } from "../evidence/read-environment.ts";
import type { EvidenceServices } from "../evidence/services.ts";
import { findPartialDeployments, fitNow } from "./find-partial-deployments.ts";

/** What is live on which structure in an environment, and what does not fit. Throws `Failure` "not-found". */
export async function environmentStatus(
  services: EvidenceServices,
  environment: string,
): Promise<EnvironmentStatus> {
  const { query } = services.control;
  const [clock] = await query<{ at: Date }>("select clock_timestamp() as at");
  const at = clock?.at ?? new Date();
  const view = await readEnvironment(services, { query, environment, at });
  const known = await query<{ database: string; app_version: string; began_at: Date }>(
    `select database, app_version, began_at from interlock_control.partial_deployments
      where environment = $1::text and ended_at is null`,
    [environment],
  );
  const since = new Map(
    known.map((one) => [`${one.database} ${one.app_version}`, one.began_at.toISOString()]),
  );
  return {
    name: environment,
    tools: view.tools,
    at: at.toISOString(),
    databases: view.observations.map((observation) => databaseStatus(observation, view)),
    versions: view.versions.map(({ appVersion, because, sessions, hasWorkload }) => ({
      appVersion,
      because,
      sessions,
      hasWorkload,
      fits: Object.fromEntries(
        view.databases.map(({ name: database }) => [database, fitNow(view, { appVersion, database })]),
      ),
    })),
    changes: view.changes.map((change) => ({
      change: change.change,
      title: change.title,
      appVersion: change.appVersion,
      stages: change.stages,
      strange: change.strange,
      evidence: change.evidence,
      order: change.order,
      planned: change.planned,
      closedAs: change.closedAs,
    })),
    partialDeployments: findPartialDeployments(view).map((one) => ({
      ...one,
      since: since.get(`${one.database} ${one.appVersion}`) ?? null,
    })),
    releases: view.releases,
    shipments: view.shipments,
    alarms: view.alarms,
  };
}

function databaseStatus(
  observation: Observation,
  { databases }: EnvironmentView,
): EnvironmentStatus["databases"][number] {
  const { name, place, isCanary, problem, look } = observation;
  const isAtWork = look?.journal !== undefined && look.journal !== "not-readable" && look.journal.isAtWork;
  const [journal = null, ...alsoOpen] = openChanges([observation]).map(({ planId, state, hasFailed }) => {
    const isResting = state === "ready" || state === "expanded";
    return { plan: planId, state, interrupted: !isAtWork && (hasFailed || !isResting) };
  });
  return {
    name,
    place,
    isCanary,
    observedAt: look?.at.toISOString() ?? null,
    problem,
    unidentified: databases.find((one) => one.name === name)?.unidentified ?? [],
    journal,
    alsoOpen,
  };
}
