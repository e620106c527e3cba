import { oneByOne } from "../environment/one-by-one.ts";
import { changeNotFound } from "../evidence/find-change.ts";
import { readEnvironment } from "../evidence/read-environment.ts";
import type { EvidenceServices } from "../evidence/services.ts";
import type { GateFacts } from "./facts.ts";
import { readRuleFacts } from "./read-rules.ts";
import type { FactsQuestion } from "./services.ts";

/**
 * Reads all that a decision is made from. Evidence that is missing is asked for, so that a later question finds it.
 * Throws `Failure` "not-found" for an environment or a change that there is none of.
 */
export async function readFacts(
  services: EvidenceServices,
  { query: given, environment, request, at }: FactsQuestion,
): Promise<GateFacts> {
  const query = given === services.control.query ? given : oneByOne(given);
  const change = request.kind === "change" ? request.change : null;
  const candidate = request.kind === "release" ? `${request.app}@${request.version}` : null;
  const [view, rules] = await Promise.all([
    readEnvironment(services, {
      query,
      environment,
      at,
      ...(change === null ? {} : { change }),
      ...(candidate === null ? {} : { candidate }),
    }),
    readRuleFacts(query, { environment, change, at }),
  ]);
  const { databases, versions, changes, alarms, releases, shipments } = view;
  if (change !== null && !changes.some((fact) => fact.change === change)) throw changeNotFound(change);
  return {
    environment,
    at: at.toISOString(),
    request,
    databases,
    versions,
    changes,
    alarms,
    releases,
    shipments,
    ...rules,
    candidate: view.candidate,
  };
}
