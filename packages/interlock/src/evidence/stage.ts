import type { JournalChange, JournalView } from "../environment/journal-view.ts";
import type { Stage } from "./facts.ts";
import type { StructureChange } from "./rehearsal-result.ts";

/** What is known of a change where it is asked how far it is. */
export interface StagedChange {
  /** SHA-256 of its files: what a journal knows it by. */
  digests: readonly string[];
  /** The objects that it makes different; null where no rehearsal has shown them yet. */
  structure: StructureChange | null;
  closedAs: "shipped" | "abandoned" | null;
}

/** What is known of a target database. */
export interface StagedTarget {
  /** Undefined where it has none. */
  journal: JournalView | "not-readable" | undefined;
  /** Its objects by name, with their definitions; undefined where they could not be read. */
  structure: ReadonlyMap<string, string> | undefined;
}

export interface StageFound {
  stage: Stage;
  /** Objects that are neither as before nor as after the change. */
  strange: string[];
}

/**
 * Where a change stands in a database. What its journal says of a change under way comes first, since only the plan
 * knows the states in between; else the structure decides, and where the change makes none different, what the
 * journal or whoever closed the change has said.
 */
export function stageOf(change: StagedChange, { journal, structure }: StagedTarget): StageFound {
  const entry =
    journal === undefined || journal === "not-readable" ? undefined : ofFiles(journal, change.digests);
  const underWay = entry === undefined ? undefined : stagesUnderWay[entry.state];
  if (underWay !== undefined) return { stage: underWay, strange: [] };
  if (change.structure === null || structure === undefined) return { stage: "unknown", strange: [] };
  const objects = Object.entries(change.structure);
  if (objects.length === 0) return { stage: withoutStructure(change, { entry, journal }), strange: [] };
  const isAs = (side: "before" | "after", object: string): boolean =>
    (structure.get(object) ?? null) === (change.structure?.[object]?.[side] ?? null);
  const names = objects.map(([object]) => object);
  if (names.every((object) => isAs("before", object))) return { stage: "before", strange: [] };
  if (names.every((object) => isAs("after", object))) return { stage: "after", strange: [] };
  const strange = names.filter((object) => !isAs("before", object) && !isAs("after", object));
  // Later changes have gone on from where it left the structure.
  if (entry?.state === "done" || change.closedAs === "shipped") return { stage: "after", strange };
  return { stage: strange.length === 0 ? "between" : "unknown", strange };
}

const stagesUnderWay: Readonly<Record<JournalChange["state"], Stage | undefined>> = {
  expanding: "expanding",
  // Of the two only `ready` has both versions work.
  expanded: "expanding",
  migrating: "expanding",
  ready: "expanded",
  contracting: "contracting",
  "rolling-back": "rolling-back",
  done: undefined,
  "rolled-back": undefined,
};

/** The last that a journal has of a change. */
function ofFiles({ changes }: JournalView, digests: readonly string[]): JournalChange | undefined {
  return changes.find(
    ({ files }) => files.length === digests.length && files.every((file, index) => file === digests[index]),
  );
}

function withoutStructure(
  { closedAs }: StagedChange,
  { entry, journal }: { entry: JournalChange | undefined; journal: StagedTarget["journal"] },
): Stage {
  if (entry?.state === "done") return "after";
  if (entry?.state === "rolled-back") return "before";
  if (closedAs === "shipped") return "after";
  return journal === "not-readable" ? "unknown" : "before";
}
