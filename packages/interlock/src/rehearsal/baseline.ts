import { createHash } from "node:crypto";
import { deserialize, serialize } from "node:v8";
import type { Client } from "pg";
import { MigrationFailure } from "../migration/apply.ts";
import type { Shadow } from "../shadow/open-shadow.ts";
import { fillTables, type Filled } from "./rows/fill.ts";
import { plainRows, type RowStyles } from "./rows/row-style.ts";
import type { Limits } from "./sandbox/limits.ts";
import { baselineFailure } from "./obstacle.ts";
import { brokenOffBy } from "./sandbox/broken-off.ts";
import { programFingerprint } from "../std/program-fingerprint.ts";
import { Sandbox } from "./sandbox.ts";

/** The schema before a change, with rows, as a database that every rehearsal copies. */
export interface Baseline {
  sandbox: Sandbox;
  /** The database's name. Nobody may stay connected to it. */
  database: string;
  filled: Filled;
  /** Tables that could not be filled: the reason by the table's name as displayed. */
  notFilled: ReadonlyMap<string, string>;
  /** Set where a warm shadow keeps it: nobody may connect to it at all, and notes about it can be left there. */
  kept?: KeptBaseline;
  /** The same schema with rows of other styles. */
  withRows(styles: RowStyles): Promise<Baseline>;
  /** Lets go of its database; without this it goes when the shadow is closed. */
  drop(): Promise<void>;
}

export interface KeptBaseline extends Pick<Shadow, "findNote" | "keepNote"> {
  /** Of its content, and of the limits that it is rehearsed under. */
  key: string;
}

export interface BaselineOptions {
  shadow: Shadow;
  /** Makes the schema in an empty database. The session belongs to a role without rights beyond it. */
  apply: (client: Client) => Promise<void>;
  /** The SQL that `apply` runs, all of it: a warm shadow that has made the same baseline before has it still. */
  texts?: readonly string[];
  limits?: Limits;
}

/**
 * Makes the baseline's schema on the shadow and puts generated rows into its tables. What `apply` throws
 * goes through, and the database is dropped.
 */
export async function makeBaseline({ shadow, apply, texts, limits }: BaselineOptions): Promise<Baseline> {
  const sandbox = await Sandbox.open(shadow, limits);
  const from = { sandbox, apply, styles: plainRows };
  if (texts === undefined) return asBaseline(from, await build(from));
  const key = keyOf(texts);
  let kept = await shadow.findKept(key);
  if (kept === undefined) {
    const built = await build(from);
    const note = serialize(built.filled).toString("base64");
    if (!(await shadow.keepDatabase(built.database, { key, note }))) return asBaseline(from, built);
    kept = await shadow.findKept(key);
  }
  // Others have made room for theirs in this moment: then this one is the caller's own.
  if (kept === undefined) return asBaseline(from, await build(from));
  const filled = deserialize(Buffer.from(kept.note, "base64")) as Filled;
  return {
    ...asBaseline(from, { database: kept.template, filled }),
    kept: {
      key: `${key} ${JSON.stringify(limits ?? {})}`,
      findNote: shadow.findNote,
      keepNote: shadow.keepNote,
    },
    drop: kept.release,
  };
}

/** Changes with whatever the database and its rows come from: the SQL, and the program that makes the rows. */
function keyOf(texts: readonly string[]): string {
  const hash = createHash("sha256").update(programFingerprint());
  for (const text of texts) hash.update("\0").update(text);
  return hash.digest("hex").slice(0, 32);
}

/**
 * The same of a schema that is made already: `schema` is a database to which nobody is connected, which stays as
 * it is until the baseline has been dropped.
 */
export async function baselineOf({
  sandbox,
  schema,
}: {
  sandbox: Sandbox;
  schema: string;
}): Promise<Baseline> {
  const from = { sandbox, schema, styles: plainRows };
  return asBaseline(from, await build(from));
}

interface From {
  sandbox: Sandbox;
  /** What the schema is copied from, where it is not made anew. */
  schema?: string;
  apply?: BaselineOptions["apply"];
  styles: RowStyles;
}

interface Built {
  database: string;
  filled: Filled;
}

function asBaseline(from: From, { database, filled }: Built): Baseline {
  const notFilled = filled.tables.flatMap(({ table, reason }) =>
    reason === undefined ? [] : [[table, reason] as const],
  );
  return {
    sandbox: from.sandbox,
    database,
    filled,
    notFilled: new Map(notFilled),
    // Made from nothing again: it is rare, and a copy kept for it would cost every rehearsal 50 ms.
    withRows: async (styles) => {
      const other = { ...from, styles };
      return asBaseline(other, await build(other));
    },
    drop: () => from.sandbox.dropDatabase(database),
  };
}

async function build({ sandbox, schema, apply, styles }: From): Promise<Built> {
  const database = await sandbox.createDatabase(schema);
  try {
    if (apply !== undefined) {
      const client = await sandbox.migrator(database);
      await apply(client).finally(() => client.end());
    }
    const session = await sandbox.session(database);
    const filled = await fillTables(session, { styles }).finally(() => session.finish());
    return { database, filled };
  } catch (error) {
    // Where the server has gone with it, what was thrown says more.
    await sandbox.dropDatabase(database).catch(() => undefined);
    throw error instanceof MigrationFailure ? baselineFailure(error) : brokenOffBy(error);
  }
}
