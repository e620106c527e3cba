import type { Observation } from "../environment/observer.ts";
import { askRehearsal } from "./ask-rehearsal.ts";
import { chooseEvidence, versionsFor, type ChosenEvidence } from "./choose-evidence.ts";
import type { ChangeFact, Stage } from "./facts.ts";
import type { AskedEnvironment } from "./read-environment.ts";
import { readStructure } from "./read-structure.ts";
import type { RehearsalDetail } from "./rehearsal-details.ts";
import type { KnownChange } from "./relevant-changes.ts";
import type { EvidenceServices } from "./services.ts";
import { stageOf, type StageFound } from "./stage.ts";
import type { WorkloadVersion } from "./versions.ts";

export interface ChangeQuestion {
  asked: AskedEnvironment;
  changes: readonly KnownChange[];
  observations: readonly Observation[];
  /** Changes with a shipment that has not ended. */
  shipped: readonly string[];
  /** Live versions with a workload. */
  live: readonly WorkloadVersion[];
  /** Workloads of the versions that changes bring, by app version. */
  own: ReadonlyMap<string, WorkloadVersion>;
  /** The workload of the version that is asked about. */
  coming: WorkloadVersion | undefined;
}

type Details = ReadonlyMap<string, RehearsalDetail>;
type Structures = ReadonlyMap<string, ReadonlyMap<string, string> | undefined>;

/** What is known of each change: where it stands in each database, and which versions work where. */
export async function changeFacts(
  { observer, details: kept }: EvidenceServices,
  question: ChangeQuestion,
): Promise<ChangeFact[]> {
  const { asked, changes, observations } = question;
  const { query, environment } = asked;
  if (changes.length === 0) return [];
  const details = await kept.read(query, changes.flatMap(idsOf));
  const structures: Structures = new Map(
    await Promise.all(
      observations.map(
        async (observation) =>
          [observation.name, await readStructure(observer, { environment, observation })] as const,
      ),
    ),
  );
  const facts: ChangeFact[] = [];
  for (const change of changes) {
    const stages = stagesOf(change, { details, observations, structures });
    const chosen = await evidenceOf(change, question, stages);
    facts.push(factOf(change, { details, observations, stages, chosen }));
  }
  return facts;
}

/** Those that are done: the valid ones for what they show, and the newest for what the change makes different. */
function idsOf({ rehearsals }: KnownChange): string[] {
  const done = rehearsals.filter(({ state }) => state === "done");
  return done.filter(({ isValid }, index) => isValid || index === 0).map(({ id }) => id);
}

function stagesOf(
  change: KnownChange,
  {
    details,
    observations,
    structures,
  }: { details: Details; observations: readonly Observation[]; structures: Structures },
): Map<string, StageFound> {
  // What a change makes different does not depend on the workloads that it was rehearsed with.
  const shown = idsOf(change).map((id) => details.get(id)?.structure ?? null);
  const staged = { ...change, structure: shown.find((structure) => structure !== null) ?? null };
  return new Map(
    observations.map(({ name, look, problem }) => {
      if (problem !== null || look === null) return [name, { stage: "unknown", strange: [] }] as const;
      return [name, stageOf(staged, { journal: look.journal, structure: structures.get(name) })] as const;
    }),
  );
}

/**
 * What a rehearsal says of the versions that are live, and asks for one that is missing: of the change that is asked
 * about, and where a version is, of those that it would meet under way, of those of its app that are still to come, of
 * those that came after it and were never tried with it, and of the one that it comes with.
 */
async function evidenceOf(
  change: KnownChange,
  { asked, shipped, live, own, coming }: ChangeQuestion,
  stages: ReadonlyMap<string, StageFound>,
): Promise<ChosenEvidence> {
  const { query, candidate } = asked;
  const isUnderWay =
    shipped.includes(change.id) || [...stages.values()].some(({ stage }) => !atRest.includes(stage));
  const ownWorkload = change.appVersion === null ? undefined : own.get(change.appVersion);
  const isThere =
    [...stages.values()].some(({ stage }) => stage === "after") || change.closedAs === "shipped";
  const isUntried = candidate !== undefined && change.cameLater && isThere && !isShownWith(change, candidate);
  const isMet =
    isUnderWay || isUntried || (candidate !== undefined && isStillToCome(change, { candidate, stages }));
  // A version that is on its way meets what is under way, and may have been made to stand on what is to come.
  const met =
    isMet && coming !== undefined ? [...live.filter((one) => one.appVersion !== candidate), coming] : live;
  const versions = versionsFor(change, { live: met, own: ownWorkload });
  const chosen = chooseEvidence(change, versions);
  const matters =
    change.id === asked.change || (candidate !== undefined && (isMet || change.appVersion === candidate));
  const isOver = change.closedAs !== null && !isUnderWay && !isUntried && change.id !== asked.change;
  const isReplaced = chosen.state === "failed" && chosen.rehearsal?.isValid === true;
  if (!matters || isOver || (chosen.state !== "missing" && !isReplaced)) return chosen;
  const { id, state } = await askRehearsal(query, { change: change.id, versions });
  return { state, rehearsal: { id, state, old: [], new: [], key: "", isValid: true } };
}

/** Whether a rehearsal that still stands shows something of a version. */
function isShownWith({ rehearsals }: KnownChange, appVersion: string): boolean {
  return rehearsals.some(
    ({ state, isValid, old, new: own }) =>
      state === "done" && isValid && [...old, ...own].some((one) => one.appVersion === appVersion),
  );
}

/** Whether a change of the same app is open and not everywhere yet. */
function isStillToCome(
  { appVersion, closedAs }: KnownChange,
  { candidate, stages }: { candidate: string; stages: ReadonlyMap<string, StageFound> },
): boolean {
  if (closedAs !== null || appVersion === null) return false;
  const app = candidate.slice(0, candidate.indexOf("@"));
  return appVersion.startsWith(`${app}@`) && [...stages.values()].some(({ stage }) => stage !== "after");
}

const atRest: readonly Stage[] = ["before", "after"];

function factOf(
  change: KnownChange,
  {
    details,
    observations,
    stages,
    chosen,
  }: {
    details: Details;
    observations: readonly Observation[];
    stages: ReadonlyMap<string, StageFound>;
    chosen: ChosenEvidence;
  },
): ChangeFact {
  const detail = chosen.state === "done" ? details.get(chosen.rehearsal?.id ?? "") : undefined;
  const strange = [...stages].filter(([, found]) => found.strange.length > 0);
  return {
    change: change.id,
    title: change.title,
    author: change.author,
    appVersion: change.appVersion,
    touches: { ...change.touches, rewrites: detail?.rewrites ?? [] },
    closedAs: change.closedAs,
    cameLater: change.cameLater,
    stages: Object.fromEntries([...stages].map(([name, { stage }]) => [name, stage])),
    strange: Object.fromEntries(strange.map(([name, found]) => [name, found.strange])),
    evidence: chosen.state,
    rehearsal: chosen.rehearsal?.id ?? null,
    order: detail?.order ?? null,
    planned: detail?.planned ?? false,
    refusal: detail?.refusal ?? null,
    fits: fitsFor(change, { details, observations }),
  };
}

/**
 * What every valid rehearsal shows. In the middle of a plan only what was shown with that very plan counts: another one
 * of the same files may go through other states.
 */
function fitsFor(
  { rehearsals, digests }: KnownChange,
  { details, observations }: { details: Details; observations: readonly Observation[] },
): ChangeFact["fits"] {
  const begun = new Set(
    observations.flatMap(({ look }) => {
      const journal = look?.journal;
      if (journal === undefined || journal === "not-readable") return [];
      return journal.changes
        .filter(
          ({ files, state }) =>
            state !== "done" && state !== "rolled-back" && files.join() === digests.join(),
        )
        .map(({ phases }) => phases);
    }),
  );
  return rehearsals
    .filter(({ state, isValid }) => state === "done" && isValid)
    .flatMap(({ id }) => {
      const detail = details.get(id);
      if (detail === undefined) return [];
      const isOther = begun.size > 0 && (begun.size > 1 || !begun.has(detail.phases ?? ""));
      return detail.fits.filter(({ stage }) => !(isOther && stage === "expanded"));
    });
}
