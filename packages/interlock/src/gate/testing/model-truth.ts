import type { RehearsedStage } from "../facts.ts";

/** The two changes of the model: A takes version 1 to 2, B takes 2 to 3. */
export type ChangeName = "A" | "B";
export const changeNames: readonly ChangeName[] = ["A", "B"];
export type Version = 1 | 2 | 3;
export const versions: readonly Version[] = [1, 2, 3];

/** In which stages a version really works, as letters: `be-` works before and expanded, and not after. */
type Row = string;

/** What is really so, whether or not anybody has rehearsed it. */
export interface Truth {
  name: string;
  /** Of versions 1, 2 and 3. */
  A: readonly [Row, Row, Row];
  B: readonly [Row, Row, Row];
  /** Changes that no plan is found for. */
  unplannable: readonly ChangeName[];
  /** Whether what breaks is seen when statements are prepared; else only rehearsals show it. */
  isVisible: boolean;
  /** What a rehearsal can't tell: `A1a` is version 1 after A. */
  untold: readonly string[];
  /** What the block on B takes. */
  block: "kind=drop-column" | "kind=drop-column order=split to=structure";
  /** Whether there is a way to version 3 with both changes done. */
  hasWay: boolean;
}

const split = { old: "be-", new: "-ea" };
const schemaFirst = { old: "bea", new: "-ea" };
const appFirst = { old: "be-", new: "bea" };
const any = { old: "bea", new: "bea" };

function truthOf(
  name: string,
  { a, b, ...more }: { a: typeof split; b: typeof split } & Partial<Truth>,
): Truth {
  return {
    name,
    A: [a.old, a.new, a.new],
    B: [b.old, b.old, b.new],
    unplannable: [],
    isVisible: true,
    untold: [],
    block: "kind=drop-column",
    hasWay: true,
    ...more,
  };
}

export const truths: readonly Truth[] = [
  truthOf("split, then split", { a: split, b: split }),
  truthOf("split, then split, and nothing shows when preparing", { a: split, b: split, isVisible: false }),
  truthOf("schema-first, then app-first", { a: schemaFirst, b: appFirst }),
  truthOf("app-first, then schema-first, and nothing shows when preparing", {
    a: appFirst,
    b: schemaFirst,
    isVisible: false,
  }),
  truthOf("any, then any, though version 3 stands on A", {
    a: any,
    b: any,
    A: ["bea", "bea", "-ea"],
    isVisible: false,
  }),
  truthOf("schema-first, then split without a plan", {
    a: schemaFirst,
    b: split,
    unplannable: ["B"],
    hasWay: false,
  }),
  truthOf("app-first without a plan, then any without one", {
    a: appFirst,
    b: any,
    unplannable: ["A", "B"],
  }),
  truthOf("split, and nobody can tell whether version 1 works after it", {
    a: split,
    b: any,
    isVisible: false,
    untold: ["A1a"],
  }),
  truthOf("app-first, and nobody can tell whether version 2 works before it", {
    a: appFirst,
    b: any,
    isVisible: false,
    untold: ["A2b"],
  }),
  truthOf("any, then split, held back as it is and not by its plan", {
    a: any,
    b: split,
    block: "kind=drop-column order=split to=structure",
  }),
  truthOf("any, then split, and nothing shows when preparing", { a: any, b: split, isVisible: false }),
  truthOf("app-first, then any without a plan, held back as it is", {
    a: appFirst,
    b: any,
    unplannable: ["B"],
    block: "kind=drop-column order=split to=structure",
  }),
  truthOf("version 3 needs A contracted", {
    a: split,
    b: schemaFirst,
    A: ["be-", "-ea", "--a"],
    isVisible: false,
  }),
];

const letters: Readonly<Record<RehearsedStage, string>> = { before: "b", expanded: "e", after: "a" };

/** Whether a version really works in a stage that rehearsals know. */
export function worksAt(
  truth: Truth,
  { change, version, stage }: { change: ChangeName; version: Version; stage: RehearsedStage },
): boolean {
  return truth[change][version - 1]?.includes(letters[stage]) ?? false;
}

/** Whether a rehearsal can tell it. */
export function isTold(
  { untold }: Truth,
  { change, version, stage }: { change: ChangeName; version: Version; stage: RehearsedStage },
): boolean {
  return !untold.includes(`${change}${String(version)}${letters[stage]}`);
}
