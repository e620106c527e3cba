import { lastPart } from "../../sql/last-part.ts";

/** Something that a step does whose time grows with the size of a table that was there before the change. */
export interface Work {
  /** The table, as displayed. */
  relation: string;
  /**
   * `rewrite`: the table is written anew. `index`: an index on it is built. `verify`: its rows are held against a
   * constraint or type. `change`: rows of it are written. `read`: all of it is read for something else.
   */
  kind: "rewrite" | "index" | "verify" | "change" | "read";
  /** The indexes or constraints that it is for, where PostgreSQL names them. */
  names: readonly string[];
}

/** What is counted of a table within one transaction. */
export interface Counts {
  scans: number;
  inserted: number;
  updated: number;
  deleted: number;
}

/** What one statement did, from which `findWork` tells its work. */
export interface Done {
  /** The kind of statement, as the parser calls it. */
  kind: string;
  /** OIDs of tables of which it may write any number of rows. */
  written: readonly string[];
  /** What it did to tables that were there before the change and held rows, by their OIDs. */
  counts: ReadonlyMap<string, Counts>;
  /** OIDs of the tables whose file is another one. */
  rewritten: readonly string[];
  messages: Messages;
  nameOf(oid: string): string | undefined;
}

/** What PostgreSQL said that it was doing, at `client_min_messages = debug1`. It names tables without their schemas. */
export interface Messages {
  /** The names of the indexes that it built, by table. */
  indexes: ReadonlyMap<string, readonly string[]>;
  verified: ReadonlySet<string>;
  /** Foreign keys that it validated. */
  foreignKeys: readonly string[];
}

/** Whether a message is one of those that `readMessages` reads. */
export function isTelling(text: string): boolean {
  return /^(?:building|verifying|validating) /.test(text);
}

/** Reads the messages of PostgreSQL 15 to 18; none of them is translated. */
export function readMessages(texts: readonly string[]): Messages {
  const indexes = new Map<string, string[]>();
  const verified = new Set<string>();
  const foreignKeys: string[] = [];
  for (const text of texts) {
    const [, index, indexed] = /^building index "(.+)" on table "(.+)" (?:serially|with )/s.exec(text) ?? [];
    if (index !== undefined && indexed !== undefined && !indexed.startsWith("pg_toast"))
      indexes.set(indexed, [...(indexes.get(indexed) ?? []), index]);
    const [, table] = /^verifying table "(.+)"$/s.exec(text) ?? [];
    if (table !== undefined) verified.add(table);
    const [, key] = /^validating foreign key constraint "(.+)"$/s.exec(text) ?? [];
    if (key !== undefined) foreignKeys.push(key);
  }
  return { indexes, verified, foreignKeys };
}

/** The work of one statement. `keys` are the tables of the foreign keys that it validated, by OID. */
export function findWork(done: Done, keys: ReadonlyMap<string, readonly string[]>): Work[] {
  const work: Work[] = [];
  const add = (oid: string, kind: Work["kind"], names: readonly string[] = []): void => {
    const relation = done.nameOf(oid);
    if (relation !== undefined) work.push({ relation, kind, names });
  };
  for (const oid of done.rewritten) add(oid, "rewrite");
  const oids = new Set([...done.counts.keys(), ...keys.keys(), ...done.written]);
  for (const oid of oids) {
    if (done.rewritten.includes(oid)) continue;
    const { scans = 0, inserted = 0, updated = 0, deleted = 0 } = done.counts.get(oid) ?? {};
    const validated = keys.get(oid) ?? [];
    const changes = inserted + updated + deleted > 0;
    if (done.written.includes(oid)) add(oid, "change");
    if (scans === 0 && validated.length === 0) continue;
    const table = lastPart(done.nameOf(oid) ?? "");
    const built = done.messages.indexes.get(table) ?? [];
    if (built.length > 0) add(oid, "index", built);
    if (done.messages.verified.has(table) || validated.length > 0) add(oid, "verify", validated);
    else if (built.length === 0 && !changes && !done.written.includes(oid))
      add(oid, isDefinition(done.kind) ? "verify" : "read");
  }
  return work;
}

/** A scan that no message speaks of is that of a domain's constraint, or of a query. */
function isDefinition(kind: string): boolean {
  return kind.startsWith("Alter");
}

/** How many rows were written. */
export function rowsOf({ inserted, updated, deleted }: Counts): number {
  return inserted + updated + deleted;
}
