import { describe, expect, test } from "vitest";
import { chooseEvidence, versionsFor } from "./choose-evidence.ts";
import { rehearsalKey } from "./rehearsal-key.ts";
import type { KnownChange, KnownRehearsal } from "./relevant-changes.ts";
import type { WorkloadVersion } from "./versions.ts";

const one: WorkloadVersion = { appVersion: "payments@1", sha256: "a" };
const other: WorkloadVersion = { appVersion: "ledger@1", sha256: "b" };
const own: WorkloadVersion = { appVersion: "payments@2", sha256: "c" };

function rehearsal(id: string, over: Partial<KnownRehearsal>): KnownRehearsal {
  const versions = { old: over.old ?? [one], new: over.new ?? [own] };
  return { id, state: "done", isValid: true, key: rehearsalKey("chg", versions), ...versions, ...over };
}

function choose(rehearsals: KnownRehearsal[], live = [one]): [string, string | undefined] {
  const change = { id: "chg", appVersion: "payments@2", rehearsals } as KnownChange;
  const { state, rehearsal: chosen } = chooseEvidence(change, versionsFor(change, { live, own }));
  return [state, chosen?.id];
}

describe("the rehearsal that counts", () => {
  test("is the one with exactly the live versions", () => {
    expect(choose([rehearsal("wide", { old: [one, other] }), rehearsal("exact", {})])).toEqual([
      "done",
      "exact",
    ]);
  });

  test("is one with more versions, the fewest more, while the exact one is not done", () => {
    const wide = rehearsal("wide", { old: [one, other] });
    const third = rehearsal("third", { old: [one, other, { appVersion: "x@1", sha256: "d" }] });
    expect(choose([third, wide, rehearsal("exact", { state: "waiting" })])).toEqual(["done", "wide"]);
  });

  test("takes the version that comes with the change for the new one, live or not", () => {
    expect(choose([rehearsal("exact", {})], [one, own])).toEqual(["done", "exact"]);
    expect(choose([rehearsal("exact", {})], [own])).toEqual(["done", "exact"]);
    expect(choose([rehearsal("as old", { old: [one, own], new: [] })])).toEqual(["missing", undefined]);
  });

  test("is none with another workload, with fewer versions, or whose workloads were replaced", () => {
    expect(choose([rehearsal("other", { old: [{ ...one, sha256: "z" }] })])).toEqual(["missing", undefined]);
    expect(choose([rehearsal("fewer", {})], [one, other])).toEqual(["missing", undefined]);
    expect(choose([rehearsal("void", { old: [one, other], isValid: false })])).toEqual([
      "missing",
      undefined,
    ]);
  });

  test.each(["waiting", "running", "failed"] as const)("tells that it is %s", (state) => {
    expect(choose([rehearsal("exact", { state })])).toEqual([state, "exact"]);
  });
});
