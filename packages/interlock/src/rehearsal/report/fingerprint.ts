import { createHash } from "node:crypto";
import type { FindingGroup, Place } from "./group-findings.ts";

/**
 * The same for the same finding in every run, so that code scanning and merge requests know it again: made from what
 * it is about, never from a line number, a version or a count. Two groups that would get the same are numbered.
 */
export class Fingerprints {
  #seen = new Map<string, number>();

  of(group: FindingGroup & { place: Place | undefined }, path: string): string {
    const { code, app, when, place } = group;
    const sql = place?.sql?.replace(/\s+/g, " ").trim() ?? "";
    const name = app?.slice(0, app.lastIndexOf("@")) ?? "";
    const said = app === undefined ? (group.findings[0]?.message ?? "") : "";
    return this.make([code, name, when, path, sql, said]);
  }

  make(facts: readonly string[]): string {
    const hash = createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, 32);
    const count = (this.#seen.get(hash) ?? 0) + 1;
    this.#seen.set(hash, count);
    return `${hash}:${String(count)}`;
  }
}
