import type { GateRequest } from "../../api/gate.ts";
import type { ChangeFact, Fit, FitFact, GateFacts, LiveVersionFact } from "../facts.ts";
import {
  changeNames,
  isTold,
  versions,
  worksAt,
  type ChangeName,
  type Truth,
  type Version,
} from "./model-truth.ts";
import { brokenIn, liveIn, worksIn, type World } from "./model-world.ts";

/** What a server does not have to know: what decisions must not hang on. */
export interface Seen {
  isObserved: boolean;
  /** How far a rehearsal is that is not done. */
  awaited: "missing" | "waiting" | "running" | "failed";
  isStalled: boolean;
}

export const seenWell: Seen = { isObserved: true, awaited: "missing", isStalled: false };

export const ids: Readonly<Record<ChangeName, string>> = {
  A: "chg_aaaaaaaaaaaaaaaa",
  B: "chg_bbbbbbbbbbbbbbbb",
};
const blockId = "rul_bbbbbbbbbbbbbbbb";
const owns: Readonly<Record<ChangeName, { old: Version; new: Version }>> = {
  A: { old: 1, new: 2 },
  B: { old: 2, new: 3 },
};
const at = "2026-11-24T12:00:00.000Z";
const later = "2026-11-24T13:00:00.000Z";

export function nameOfVersion(version: Version): string {
  return `app@${String(version)}`;
}

/** The versions that a change has been rehearsed with. */
export function rehearsedWith({ evidence }: World, change: ChangeName): readonly Version[] {
  const { old, new: own } = owns[change];
  return evidence[change] === 0 ? [] : evidence[change] === 1 ? [old, own] : versions;
}

/** The facts that a server would read of a world for a request; nothing of the truth beyond what it has seen. */
export function factsOf(truth: Truth, world: World, request: GateRequest, seen: Seen = seenWell): GateFacts {
  const { stages, shipment, running, block } = world;
  const databases = stages.A.map((_, index) => `db-${String(index)}`);
  const prepares = (version: Version): Fit =>
    !seen.isObserved ? "unknown" : truth.isVisible && !worksIn(truth, world, version) ? "breaks" : "works";
  const known = (
    version: Version,
  ): Pick<LiveVersionFact, "appVersion" | "hasWorkload" | "prepares" | "why"> => ({
    appVersion: nameOfVersion(version),
    hasWorkload: true,
    prepares: prepares(version),
    why: "",
  });
  return {
    environment: "production",
    at,
    request,
    databases: databases.map((name) => ({
      name,
      isCanary: false,
      observedAt: seen.isObserved ? at : null,
      problem: seen.isObserved ? null : "it is down",
      unidentified: [],
    })),
    versions: liveIn(world).map((version) => ({
      ...known(version),
      because: becauses(world, version, seen),
      sessions: world.sessions[version - 1] === true ? 2 : 0,
    })),
    changes: changeNames.map((change) => changeFact(truth, { world, change, databases, request, seen })),
    alarms:
      truth.isVisible && seen.isObserved
        ? brokenIn(truth, world).map((version) => ({
            id: `alarm ${String(version)}`,
            database: "db-0",
            appVersion: nameOfVersion(version),
            raisedAt: at,
            statements: ["one"],
          }))
        : [],
    releases:
      running === null
        ? []
        : [
            {
              release: "rel_0000000000000000",
              appVersion: nameOfVersion(running),
              startedBy: "ada",
              startedAt: at,
              isStalled: seen.isStalled,
            },
          ],
    shipments:
      shipment === null
        ? []
        : [
            {
              shipment: "shp_0000000000000000",
              change: ids[shipment.change],
              target: shipment.target,
              state: "running",
            },
          ],
    rules:
      block === "gone"
        ? []
        : [
            {
              rule: blockId,
              kind: "block",
              scope: truth.block,
              settings: {},
              reason: "not now",
              owner: "ada",
              incident: null,
              expiresAt: later,
            },
          ],
    approvals: [],
    overrides:
      block === "set-aside"
        ? [
            {
              override: "ovr_0000000000000000",
              subject: `change:${ids.B}`,
              rules: [blockId],
              reason: "it has to",
              madeBy: "grace",
              expiresAt: later,
            },
          ]
        : [],
    incidents: [],
    candidate: request.kind === "release" ? known(Number(request.version) as Version) : null,
  };
}

function becauses(world: World, version: Version, { isStalled }: Seen): LiveVersionFact["because"] {
  return [
    ...(world.sessions[version - 1] === true ? (["sessions"] as const) : []),
    ...(world.released === version ? (["released"] as const) : []),
    ...(world.running === version ? ([isStalled ? "release-stalled" : "release-running"] as const) : []),
  ];
}

function changeFact(
  truth: Truth,
  {
    world,
    change,
    databases,
    request,
    seen,
  }: { world: World; change: ChangeName; databases: readonly string[]; request: GateRequest; seen: Seen },
): ChangeFact {
  const rehearsed = rehearsedWith(world, change);
  const own = owns[change].new;
  const coming = request.kind === "release" ? [Number(request.version) as Version] : [];
  const isDone = [...liveIn(world), ...coming, own].every((version) => rehearsed.includes(version));
  const planned = isDone && !truth.unplannable.includes(change) && rehearsed.length > 0;
  return {
    change: ids[change],
    title: "",
    author: "ada",
    appVersion: nameOfVersion(own),
    touches: {
      kinds: [change === "A" ? "rename-column" : "drop-column"],
      tables: ["public.payments"],
      statements: 1,
      operations: 1,
      files: 1,
      rewrites: [],
    },
    closedAs: world.closed[change] ? "shipped" : null,
    // Version 1 was there before either; the others come with changes that were rehearsed with them.
    cameLater: coming.includes(1),
    stages: Object.fromEntries(
      databases.map((name, index) => [
        name,
        seen.isObserved ? (world.stages[change][index] ?? "unknown") : "unknown",
      ]),
    ),
    strange: {},
    evidence: isDone ? "done" : seen.awaited,
    rehearsal: isDone ? "reh_0000000000000000" : null,
    order: null,
    planned,
    refusal:
      isDone && !planned ? { code: "plan-refused", message: "no plan", next: "write it differently" } : null,
    fits: rehearsed.flatMap((version) => fitsOf(truth, { change, version })),
  };
}

const fitsKnown = new Map<Truth, Map<string, FitFact[]>>();

/** What a rehearsal shows, worked out once: it is asked for some million times. */
function fitsOf(truth: Truth, of: { change: ChangeName; version: Version }): FitFact[] {
  const known = fitsKnown.get(truth) ?? new Map<string, FitFact[]>();
  fitsKnown.set(truth, known);
  const key = `${of.change}${String(of.version)}`;
  const fits = known.get(key) ?? workOutFits(truth, of);
  known.set(key, fits);
  return fits;
}

/** B stands on A: what does not work after A is not at home in a rehearsal of B. */
function workOutFits(truth: Truth, { change, version }: { change: ChangeName; version: Version }): FitFact[] {
  const isHomeless = change === "B" && !worksAt(truth, { change: "A", version, stage: "after" });
  const isNewer = change === "A" && !worksAt(truth, { change: "B", version, stage: "before" });
  return (["before", "expanded", "after"] as const).flatMap((stage): FitFact[] => {
    if (stage === "expanded" && truth.unplannable.includes(change)) return [];
    const works = worksAt(truth, { change, version, stage });
    const fit: Fit =
      isHomeless || !isTold(truth, { change, version, stage }) ? "unknown" : works ? "works" : "breaks";
    const why = fit === "works" && isNewer && stage === "before" ? "one statement fails before" : "";
    return [{ appVersion: nameOfVersion(version), stage, fit, why, rehearsal: "reh_0000000000000000" }];
  });
}
