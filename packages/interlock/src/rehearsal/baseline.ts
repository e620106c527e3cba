import type { Client } from "pg";
import type { Shadow } from "../shadow/open-shadow.ts";
import { fillTables, type Filled } from "./rows/fill.ts";
import { plainRows, type RowStyles } from "./rows/row-style.ts";
import { Sandbox } from "./sandbox.ts";

/** The schema before a change, with rows, as a database that every rehearsal copies. */
export interface Baseline {
  sandbox: Sandbox;
  /** The database's name. Nobody may stay connected to it. */
  database: string;
  filled: Filled;
  /** Tables that could not be filled: the reason by the table's name as displayed. */
  notFilled: ReadonlyMap<string, string>;
  /** The same schema with rows of other styles. */
  withRows(styles: RowStyles): Promise<Baseline>;
  /** Drops its database; without this it goes when the shadow is closed. */
  drop(): Promise<void>;
}

export interface BaselineOptions {
  shadow: Shadow;
  /** Makes the schema in an empty database. The session belongs to a role without rights beyond it. */
  apply: (client: Client) => Promise<void>;
}

/**
 * Makes the baseline's schema on the shadow and puts generated rows into its tables. What `apply` throws
 * goes through, and the database is dropped.
 */
export async function makeBaseline({ shadow, apply }: BaselineOptions): Promise<Baseline> {
  const sandbox = await Sandbox.open(shadow);
  return build({ sandbox, apply, styles: plainRows });
}

async function build(from: {
  sandbox: Sandbox;
  apply: BaselineOptions["apply"];
  styles: RowStyles;
}): Promise<Baseline> {
  const { sandbox, apply, styles } = from;
  const database = await sandbox.createDatabase();
  try {
    const client = await sandbox.migrator(database);
    try {
      await apply(client);
    } finally {
      await client.end();
    }
    const session = await sandbox.session(database);
    const filled = await fillTables(session, { styles }).finally(() => session.finish());
    const notFilled = filled.tables.flatMap(({ table, reason }) =>
      reason === undefined ? [] : [[table, reason] as const],
    );
    return {
      sandbox,
      database,
      filled,
      notFilled: new Map(notFilled),
      // Made from nothing again: it is rare, and a copy kept for it would cost every rehearsal 50 ms.
      withRows: (other) => build({ ...from, styles: other }),
      drop: () => sandbox.dropDatabase(database),
    };
  } catch (error) {
    await sandbox.dropDatabase(database);
    throw error;
  }
}
