import { array, assert, integer, property } from "fast-check";
import { expect, test } from "vitest";
import { migrationsOf } from "../../migration/read.ts";
import type { Workload } from "../../workload/workload.ts";
import { deriveSteps } from "./derive-steps.ts";
import { placeVersions, unplaced, type VersionCounts } from "./place-versions.ts";

function version(name: string, counts: string, app = "shop"): VersionCounts {
  const all = counts.split("").map(Number);
  const statements = Array.from({ length: Math.max(...all, 1) }, (_, at) => ({
    name: `s${String(at)}`,
    sql: "select 1",
  }));
  const workload: Workload = { format: "interlock-workload/1", app, version: name, statements };
  return { workload, counts: all };
}

const label = (workloads: readonly Workload[]): string => workloads.map((one) => one.version).join("+");

/** "2: 1→2" for the second and third migration, between the versions 1 and 2. */
function steps(...versions: VersionCounts[]): string[] {
  const count = (versions[0]?.counts.length ?? 1) - 1;
  const names = Array.from({ length: count }, (_, at) => ({ path: `${String(at + 1)}.sql`, text: "" }));
  return deriveSteps(migrationsOf(names), placeVersions(versions)).map(
    (step) =>
      `${step.change.map(({ path }) => path.slice(0, -4)).join("")}: ${label(step.old)}→${label(step.new)}`,
  );
}

test("a version came with the migration that it is the first to need", () => {
  expect(steps(version("1", "03333"), version("2", "01144"))).toEqual(["1: →", "23: 1→2", "4: 2→"]);
});

test("one that needs nothing new came with the first migration that the one before it does not survive", () => {
  expect(steps(version("1", "033322"), version("2", "022222"))).toEqual(["1: →", "234: 1→2", "5: 2→"]);
});

test("one that needs nothing at all came with the state before, and is what runs then", () => {
  expect(steps(version("1", "033"), version("1.1", "033"))).toEqual(["1: →", "2: 1.1→"]);
});

test("what was built for the structure before a removal is not mistaken for what ran when it came", () => {
  // Version 2 needs the second migration, 1 is broken by the third only: it was well prepared.
  expect(steps(version("1", "0330"), version("2", "0122"))).toEqual(["1: →", "2: 1→2", "3: 2→"]);
});

test("changes of two apps that overlap are one change", () => {
  expect(
    steps(
      version("1", "02222"),
      version("2", "01133"),
      version("7", "02222", "api"),
      version("8", "01333", "api"),
    ),
  ).toEqual(["1: →", "23: 1+7→2+8", "4: 2+8→"]);
});

test("a version that half of the statements fit nowhere takes no part, and is told", () => {
  const lost = { ...version("2", "0111"), workload: { ...version("2", "0444").workload } };
  const versions = [version("1", "0333"), lost];
  expect(unplaced(versions, placeVersions(versions))).toEqual(["shop@2"]);
});

test("whatever the counts, every migration is in exactly one step, between versions that are at home around it", () => {
  const counts = array(integer({ min: 0, max: 4 }), { minLength: 7, maxLength: 7 });
  assert(
    property(array(counts, { minLength: 1, maxLength: 5 }), array(counts, { maxLength: 3 }), (shop, api) => {
      const versions = [
        ...shop.map((one, at) => version(String(at + 1), one.join(""))),
        ...api.map((one, at) => version(String(at + 1), one.join(""), "api")),
      ];
      const placed = placeVersions(versions);
      const migrations = migrationsOf(
        Array.from({ length: 6 }, (_, at) => ({ path: `${String(at)}.sql`, text: "" })),
      );
      const derived = deriveSteps(migrations, placed);
      expect(derived.flatMap(({ change }) => change)).toEqual(migrations);
      for (const step of derived) {
        const from = step.baseline.length;
        const homes = (workloads: readonly Workload[]): number[] =>
          workloads.map((workload) => placed.find((one) => one.workload === workload)?.home ?? -1);
        for (const home of homes(step.old)) expect(home >= 0 && home <= from).toBe(true);
        for (const home of homes(step.new))
          expect(home > from && home <= from + step.change.length).toBe(true);
      }
    }),
  );
});
