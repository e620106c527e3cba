import { describe, expect, test } from "vitest";
import type { JournalChange } from "../environment/journal-view.ts";
import { stageOf, type StagedChange, type StagedTarget } from "./stage.ts";

const structure = {
  "column public.t.old": { before: "boolean", after: null },
  "column public.t.new": { before: null, after: "text not null" },
};
const change: StagedChange = { digests: ["d1", "d2"], structure, closedAs: null };
const before = new Map([
  ["column public.t.old", "boolean"],
  ["column public.t.id", "bigint"],
]);
const after = new Map([["column public.t.new", "text not null"]]);
const between = new Map([...before, ...after]);
const odd = new Map([
  ["column public.t.old", "boolean"],
  ["column public.t.new", "text"],
]);

function journal(state: JournalChange["state"], files = ["d1", "d2"]): StagedTarget["journal"] {
  return { isAtWork: false, changes: [{ planId: "p", files, phases: "x", state, hasFailed: false }] };
}

describe("where a change stands", () => {
  test.each<[string, Partial<StagedChange>, Partial<StagedTarget>, string]>([
    ["all as before", {}, { structure: before }, "before"],
    ["all as after", {}, { structure: after }, "after"],
    ["some of both", {}, { structure: between }, "between"],
    ["neither", {}, { structure: odd }, "unknown"],
    ["not rehearsed", { structure: null }, { structure: before }, "unknown"],
    ["not read", {}, { structure: undefined }, "unknown"],
    ["expanding", {}, { structure: odd, journal: journal("expanding") }, "expanding"],
    ["expanded but not migrated", {}, { structure: odd, journal: journal("expanded") }, "expanding"],
    ["migrating", {}, { structure: odd, journal: journal("migrating") }, "expanding"],
    ["ready", {}, { structure: odd, journal: journal("ready") }, "expanded"],
    ["contracting", {}, { structure: odd, journal: journal("contracting") }, "contracting"],
    ["being rolled back", {}, { structure: odd, journal: journal("rolling-back") }, "rolling-back"],
    ["another change under way", {}, { structure: before, journal: journal("ready", ["d1"]) }, "before"],
    ["files in another order", {}, { structure: before, journal: journal("ready", ["d2", "d1"]) }, "before"],
    ["done, and the structure agrees", {}, { structure: after, journal: journal("done") }, "after"],
    ["done, and later changes went on", {}, { structure: odd, journal: journal("done") }, "after"],
    ["done, and somebody took it back", {}, { structure: before, journal: journal("done") }, "before"],
    ["closed as shipped, and later changes went on", { closedAs: "shipped" }, { structure: odd }, "after"],
    ["abandoned, and strange", { closedAs: "abandoned" }, { structure: odd }, "unknown"],
    ["rolled back, and strange", {}, { structure: odd, journal: journal("rolled-back") }, "unknown"],
    [
      "a journal that may not be read, and all as before",
      {},
      { structure: before, journal: "not-readable" },
      "before",
    ],
    ["data only", { structure: {} }, { structure: before }, "before"],
    ["data only, done", { structure: {} }, { structure: before, journal: journal("done") }, "after"],
    ["data only, ready", { structure: {} }, { structure: before, journal: journal("ready") }, "expanded"],
    [
      "data only, closed as shipped, rolled back here",
      { structure: {}, closedAs: "shipped" },
      { structure: before, journal: journal("rolled-back") },
      "before",
    ],
    ["data only, closed as shipped", { structure: {}, closedAs: "shipped" }, { structure: before }, "after"],
    [
      "data only, journal not readable",
      { structure: {} },
      { structure: before, journal: "not-readable" },
      "unknown",
    ],
  ])("%s", (_, over, target, stage) => {
    const found = stageOf({ ...change, ...over }, { journal: undefined, structure: before, ...target });
    expect(found.stage).toBe(stage);
  });

  test("objects that are neither as before nor as after are named", () => {
    expect(stageOf(change, { journal: undefined, structure: odd }).strange).toEqual(["column public.t.new"]);
  });
});
