import type { RehearsedStage, Stage } from "../facts.ts";
import { changeNames, versions, worksAt, type ChangeName, type Truth, type Version } from "./model-truth.ts";

/** A state of the model: what is so in the targets, in the pipelines and in the control database. */
export interface World {
  /** Whether versions 1, 2 and 3 have sessions, now or within the last minute. */
  sessions: readonly [boolean, boolean, boolean];
  released: Version;
  /** Its release is running or stalled. */
  running: Version | null;
  /** By database. */
  stages: Readonly<Record<ChangeName, readonly Stage[]>>;
  shipment: { change: ChangeName; target: "expand" | "contract" | "rollback"; isContracting: boolean } | null;
  /** A pipeline runs this change's migration as it is, database by database. */
  raw: ChangeName | null;
  /** Those that were shipped to their end. */
  closed: Readonly<Record<ChangeName, boolean>>;
  /** What has been rehearsed: nothing, the old and the new version, or all three. */
  evidence: Readonly<Record<ChangeName, 0 | 1 | 2>>;
  /** A block on B. */
  block: "in-force" | "set-aside" | "gone";
}

/** Everything that two worlds can differ in. */
export function keyOf(world: World): string {
  return JSON.stringify(world);
}

/** The versions that count as live: by their sessions or by what releases say. */
export function liveIn({ sessions, released, running }: World): Version[] {
  return versions.filter(
    (version) => sessions[version - 1] === true || version === released || version === running,
  );
}

const between: Readonly<Record<Stage, readonly RehearsedStage[]>> = {
  before: ["before"],
  expanding: ["before", "expanded"],
  expanded: ["expanded"],
  contracting: ["expanded", "after"],
  after: ["after"],
  "rolling-back": ["expanded", "before"],
  between: ["before", "after"],
  unknown: [],
};

/** Whether a version really works as things are, on every database. */
export function worksIn(truth: Truth, { stages }: World, version: Version): boolean {
  return changeNames.every((change) =>
    stages[change].every((at) => between[at].every((stage) => worksAt(truth, { change, version, stage }))),
  );
}

/** Live versions that really do not work as things are. */
export function brokenIn(truth: Truth, world: World): Version[] {
  return liveIn(world).filter((version) => !worksIn(truth, world, version));
}

/** Version 1 is out, and nothing has been begun. */
export function firstWorld({ databases, isBlocked }: { databases: number; isBlocked: boolean }): World {
  const before = Array.from({ length: databases }, (): Stage => "before");
  return {
    sessions: [true, false, false],
    released: 1,
    running: null,
    stages: { A: before, B: before },
    shipment: null,
    raw: null,
    closed: { A: false, B: false },
    evidence: { A: 0, B: 0 },
    block: isBlocked ? "in-force" : "gone",
  };
}

/** Whether all is where it was to go: version 3 alone, both changes done everywhere. */
export function isArrived({ sessions, released, running, stages }: World): boolean {
  return (
    released === 3 &&
    running === null &&
    !sessions[0] &&
    !sessions[1] &&
    changeNames.every((change) => stages[change].every((stage) => stage === "after"))
  );
}
