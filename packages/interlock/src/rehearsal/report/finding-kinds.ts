import type { FindingCode } from "./finding.ts";

/** What there is to say of every finding of one code. */
export interface FindingKind {
  /** One line, as the index of the pages and the rules of code scanning have it. */
  title: string;
  /** What happens to statements: "27 of 79 statements of payments@2.2.0 …". For one, and for several. */
  effect: readonly [one: string, several: string];
}

/** In the order in which somebody wants to know of them. */
export const findingKinds: Readonly<Record<FindingCode, FindingKind>> = {
  "migration-does-not-apply": {
    title: "PostgreSQL refuses the migration",
    effect: ["is refused", "are refused"],
  },
  "statement-breaks": {
    title: "A statement of a live version can't be prepared any more",
    effect: ["stops working", "stop working"],
  },
  "write-breaks": {
    title: "A statement of a live version is refused when it runs",
    effect: ["fails when it runs", "fail when they run"],
  },
  "cached-plan-breaks": {
    title: "A statement fails in sessions that prepared it before the change",
    effect: ["fails in sessions that prepared it before", "fail in sessions that prepared them before"],
  },
  "result-changes": {
    title: "A statement takes or returns something else than before",
    effect: ["takes or returns something else", "take or return something else"],
  },
  "blocks-traffic": {
    title: "Statements of live versions wait while the migration holds its locks",
    effect: ["waits", "wait"],
  },
  "rewrites-table": {
    title: "The migration writes a whole table anew",
    effect: ["waits for the rewrite", "wait for the rewrite"],
  },
  "scans-table": {
    title: "The migration reads a whole table under its lock",
    effect: ["waits for the scan", "wait for the scan"],
  },
  "migration-refuses-rows": {
    title: "The migration fails on rows such as there may be",
    effect: ["is refused", "are refused"],
  },
  "refused-by-sandbox": {
    title: "The migration does what no migration may do here",
    effect: ["is refused here", "are refused here"],
  },
  "exceeds-limit": {
    title: "Something took longer or more than the check allows",
    effect: ["exceeds a limit", "exceed a limit"],
  },
  "extension-missing": {
    title: "The shadow does not have an extension",
    effect: ["needs an extension", "need an extension"],
  },
  "shadow-version-differs": {
    title: "It was rehearsed on another version of PostgreSQL",
    effect: ["was tried on another version", "were tried on another version"],
  },
  "broken-at-baseline": {
    title: "A statement fails where it should be at home",
    effect: ["fails where it should be at home", "fail where they should be at home"],
  },
  "not-exercised": {
    title: "A statement could not be executed in the rehearsal",
    effect: ["could not be exercised", "could not be exercised"],
  },
};

export function isFindingCode(text: string): text is FindingCode {
  return Object.hasOwn(findingKinds, text);
}
