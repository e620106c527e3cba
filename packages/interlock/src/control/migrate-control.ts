import type { ClientConfig } from "pg";
import { Backoff } from "../database/backoff.ts";
import { connect } from "../database/connect.ts";
import type { PhaseName, Plan } from "../plan/plan.ts";
import { shipChange } from "../ship/ship-change.ts";
import { shipStatus } from "../ship/ship-status.ts";
import { Failure } from "../std/failure.ts";
import type { Log } from "../std/log.ts";
import { sleep } from "../std/sleep.ts";
import { serverApp, serverVersion } from "./server-version.ts";
import { readStoredPlans } from "./stored-plans.ts";
import type { Work } from "./work.ts";

/** How long another server that ships the same is waited for. */
const waitMs = 300_000;

export interface MigrateOptions {
  connection: ClientConfig;
  log: Log;
  signal?: AbortSignal;
  /** By default the ones that come with this version. */
  plans?: readonly Plan[];
}

/**
 * Brings the schema of the control database to where this version of the server works, with Interlock's own means:
 * each stored plan is shipped, as far as expand and migrate while servers of other versions are live, else whole.
 * Servers that start at once both come up: one ships, the others wait.
 *
 * Throws `Failure` "control-schema-newer" where a migration was shipped that this version does not know, and what
 * `shipChange` throws.
 */
export async function migrateControl(options: MigrateOptions): Promise<void> {
  const plans = options.plans ?? (await readStoredPlans());
  const backoff = new Backoff({ firstMs: 100, capMs: 1_000, forMs: waitMs });
  for (;;) {
    try {
      await shipPending(options, plans);
      return;
    } catch (error) {
      const another = error instanceof Failure && error.code === "already-shipping";
      if (!another || backoff.over) throw error;
      await backoff.pause(options.signal);
    }
  }
}

/** Work of the leader: contracts what an earlier start only expanded, once no server of another version is left. */
export function finishControlMigration(options: MigrateOptions): Work {
  return {
    name: "finish the migration of the control database",
    async run(signal) {
      for (;;) {
        await sleep(5_000, signal);
        const { change } = await shipStatus({ connection: options.connection });
        if (change === null || change.state === "done") continue;
        await migrateControl({ ...options, signal });
      }
    },
  };
}

async function shipPending(
  { connection, log, signal }: MigrateOptions,
  plans: readonly Plan[],
): Promise<void> {
  const shipped = await readShipped(connection);
  refuseUnknown(shipped, plans);
  for (const plan of plans) {
    const state = shipped.find(({ id }) => id === plan.id)?.state;
    if (state === "done") continue;
    const others = await readOtherVersions(connection);
    const to: PhaseName = others.length === 0 ? "contract" : "migrate";
    // Both versions work on it already, and that is as far as it may go for now.
    if (state === "ready" && to === "migrate") continue;
    const result = await shipChange({
      plan,
      connection,
      to,
      versionsWaitMs: 0,
      ...(signal === undefined ? {} : { signal }),
    });
    log.info(
      { change: plan.id, state: result.state, steps: result.steps, others },
      `the control database's schema: ${result.meaning}`,
    );
  }
}

interface Shipped {
  id: string;
  state: string;
  files: string[];
}

/** Every change that the control database's journal holds and that was not rolled back. */
async function readShipped(connection: ClientConfig): Promise<Shipped[]> {
  const client = await connect(connection, { state: "Nothing was started." });
  try {
    const { rows: found } = await client.query<{ journal: boolean }>(
      "select pg_catalog.to_regclass('interlock.changes') is not null as journal",
    );
    if (found[0]?.journal !== true) return [];
    const { rows } = await client.query<Shipped>(
      `select plan_id as id, state, array(select jsonb_path_query(plan, '$.files[*].path') #>> '{}') as files
         from interlock.changes where state <> 'rolled-back' order by number`,
    );
    return rows;
  } finally {
    await client.end();
  }
}

function refuseUnknown(shipped: readonly Shipped[], plans: readonly Plan[]): void {
  // Expanded only, it still works for this version; contracted, it may not.
  const unknown = shipped.find(
    ({ id, state }) => (state === "done" || state === "contracting") && !plans.some((plan) => plan.id === id),
  );
  if (unknown === undefined) return;
  throw new Failure({
    code: "control-schema-newer",
    message: "The control database was made by another version of Interlock.",
    why: `Its migration ${unknown.files.join(", ")} (change ${unknown.id}) is not one that this version, ${serverVersion()}, comes with.`,
    state: "Nothing was started, and nothing was changed.",
    next: "Start the version that the other servers run, or a newer one; or give another --database or --data.",
  });
}

/** Server versions other than this one that have sessions on the control database now. */
async function readOtherVersions(connection: ClientConfig): Promise<string[]> {
  const client = await connect(connection, { state: "Nothing was started." });
  try {
    const { rows } = await client.query<{ name: string }>(
      `select distinct application_name as name from pg_catalog.pg_stat_activity
        where datname = pg_catalog.current_database()
          and application_name like $1::text and application_name <> $2::text`,
      [`${serverApp}@%`, serverVersion()],
    );
    return rows.map(({ name }) => name);
  } finally {
    await client.end();
  }
}
