import type { Client } from "pg";
import type { Query } from "../environment/query.ts";
import type { Observation, Observer } from "../environment/observer.ts";
import { prepareStatements, type Preparation, type Unprepared } from "../watch/prepare-statements.ts";
import { searchPathOf } from "../watch/search-path-of.ts";
import type { Workload } from "../workload/workload.ts";
import type { Fit } from "./facts.ts";
import type { WorkloadVersion } from "./versions.ts";
import type { WorkloadTexts } from "./workload-texts.ts";

/** Whether every statement of a version is one that a database takes as it is now. */
export interface Prepares {
  fit: Fit;
  why: string;
}

/** Statements that are named; of more only the number is told. */
const mostNamed = 5;

/**
 * Prepares every statement of a version on one database, and executes none. Asked again on the same structure with the
 * same workload it answers from memory.
 */
export async function prepareWorkload(
  { observer, texts, query }: { observer: Observer; texts: WorkloadTexts; query: Query },
  {
    environment,
    observation,
    version,
  }: { environment: string; observation: Observation; version: WorkloadVersion },
): Promise<Prepares> {
  if (observation.look === null || observation.problem !== null) {
    return { fit: "unknown", why: `the database ${observation.name} can't be looked at now` };
  }
  const statements = await texts.read(query, version);
  if (statements === undefined)
    return { fit: "unknown", why: "its workload was just replaced by another one" };
  const key = `prepares ${version.sha256}`;
  try {
    const preparation = await observer.ofStructure({ environment, observation }, key, (client) =>
      answered(client, { statements, appVersion: version.appVersion }),
    );
    return preparesOf(preparation, observation.name);
  } catch (error) {
    if (error instanceof Unanswered) return preparesOf(error.preparation, observation.name);
    return { fit: "unknown", why: `its statements could not be prepared on ${observation.name} now` };
  }
}

/** Not every statement was answered: what is thrown is not remembered, and the next question asks again. */
class Unanswered extends Error {
  readonly preparation: Preparation;

  constructor(preparation: Preparation) {
    super("not every statement was answered");
    this.preparation = preparation;
  }
}

async function answered(
  client: Client,
  { statements, appVersion }: { statements: Workload["statements"]; appVersion: string },
): Promise<Preparation> {
  // Unqualified names mean what they mean to the role that the version comes as.
  const searchPath = await searchPathOf(client, appVersion);
  const preparation = await prepareStatements(client, statements, { searchPath });
  if (preparation.unanswered.length > 0) throw new Unanswered(preparation);
  return preparation;
}

function preparesOf({ refused, unanswered }: Preparation, database: string): Prepares {
  if (refused.length > 0) return { fit: "breaks", why: `on ${database}: ${named(refused)}` };
  if (unanswered.length > 0)
    return { fit: "unknown", why: `on ${database} not answered: ${named(unanswered)}` };
  return { fit: "works", why: "" };
}

function named(problems: readonly Unprepared[]): string {
  const shown = problems
    .slice(0, mostNamed)
    .map(({ name, sqlstate, message }) => `${name} (${sqlstate} ${message})`);
  const more = problems.length - shown.length;
  return more === 0 ? shown.join(", ") : `${shown.join(", ")} and ${String(more)} more`;
}
