/** Something that the contract phase waits for. */
export interface ContractWait {
  /**
   * `session`: of an old version. `unproved`: a session of a version that the plan was not proved with.
   * `statement`: one that contract would break has run. `release`: the new version is not out everywhere.
   */
  kind: "session" | "unproved" | "statement" | "release";
  /** An app version, a statement of one, or the role that sends it: "payments@2.2.0#list". */
  who: string;
  /** For people, a sentence without its full stop. */
  what: string;
  /** ISO 8601; null where nothing says. */
  since: string | null;
}

/** Who is asked about releases, where there is a server that keeps them. */
export interface ReleaseEvidence {
  /** What is missing; empty where the new version is fully released and nothing else needs the old shape. */
  waits: ContractWait[];
  /** What it goes by, a sentence. */
  said: string;
}
