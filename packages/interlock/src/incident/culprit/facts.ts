import type { Culprit, WayOut } from "../../api/culprits.ts";

/** A statement of a live version that does not prepare. */
export interface BrokenStatement {
  appVersion: string;
  database: string;
  name: string;
  sqlstate: string;
  message: string;
}

/** What is known of the trouble itself. */
export interface TroubleFacts {
  startedAt: Date;
  apps: readonly string[];
  /** Of the affected components' scopes (a star at the end stands for anything) and of broken statements. */
  tables: readonly string[];
  broken: readonly BrokenStatement[];
  /** Keys of the structural changes that alarms name. */
  named: readonly string[];
  /** What probes and monitoring systems saw, in their words. */
  errors: readonly string[];
  /** When a live version began not to work on the structure of a database. */
  partial: readonly { database: string; appVersion: string; why: string; beganAt: Date }[];
}

/** Something that was changed, and may have done it. */
export interface Candidate {
  /** `ddl production/main 12`. */
  key: string;
  kind: Culprit["kind"];
  title: string;
  /** The beginning of its SQL. */
  statement: string | null;
  /** When it began to change something. */
  at: Date;
  who: string;
  /** Of a release: the version that it brought. */
  appVersion: string | null;
  apps: readonly string[];
  databases: readonly string[];
  tables: readonly string[];
  /** Names that stand in its SQL or in what it touched, in lower case. */
  names: ReadonlySet<string>;
  /** Keys of the structural changes that it consists of. */
  ddl: readonly string[];
  /** Who set rules aside for it, and why. */
  overrides: readonly { by: string; reason: string }[];
  /** What let it past the guard; undefined where that says nothing. */
  pastGate: string | undefined;
  wayOut: WayOut | null;
}
