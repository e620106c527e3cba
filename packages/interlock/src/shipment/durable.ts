import { DBOS } from "@dbos-inc/dbos-sdk";
import { Pool } from "pg";
import type { Log } from "../std/log.ts";
import { serverVersion } from "../control/server-version.ts";
import { runShipment } from "./run-shipment.ts";
import type { ShipmentServices } from "./services.ts";
import type { Wake } from "./wake.ts";

/** DBOS's own tables, in the control database. */
export const durableSchema = "interlock_durable";

/**
 * What a workflow does is known by its name: one whose steps change gets a new number, and the old one stays until
 * nobody runs it any more, so that a newer server goes on with what an older one began.
 */
export const workflowName = "shipment/1";

/**
 * The same for every version of the server, since DBOS lets a server go on only with workflows of its own
 * application version.
 */
const applicationVersion = "interlock";

/** Sessions of one server for DBOS at most. */
const mostSessions = 5;

/** What the workflows of this process work with. DBOS is one per process, and so is this. */
interface Ground {
  services: ShipmentServices;
  signal: AbortSignal;
  wake: Wake;
}

let ground: Ground | undefined;

function runStep<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  return DBOS.runStep(work, { name });
}

const shipmentWorkflow = DBOS.registerWorkflow(
  async (shipment: string, run: number): Promise<void> => {
    if (ground === undefined) throw new Error("workflows run while DBOS is launched");
    const { services, signal, wake } = ground;
    await runShipment(services, { shipment, run, signal, wake, step: runStep });
  },
  // How often a server may die over it is no reason to give a shipment up.
  { name: workflowName, maxRecoveryAttempts: 1_000_000 },
);

/**
 * Launches DBOS on the control database as `executor`. Workflows run until the signal is aborted; `close` then ends
 * it, and leaves them to whoever comes next.
 */
export async function launchDurable(
  { services, signal, wake }: Ground,
  { executor }: { executor: string },
): Promise<{ close(): Promise<void> }> {
  ground = { services, signal, wake };
  const pool = new Pool({
    connectionTimeoutMillis: 5_000,
    ...services.control.connection,
    application_name: serverVersion(),
    max: mostSessions,
    idle_in_transaction_session_timeout: 30_000,
  });
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  DBOS.setConfig({
    name: "interlock",
    systemDatabasePool: pool,
    systemDatabaseSchemaName: durableSchema,
    applicationVersion,
    executorID: executor,
    useListenNotify: false,
    enableOTLP: false,
    tracingEnabled: false,
    logger: loggerOf(services.log),
  });
  try {
    await DBOS.launch();
  } catch (error) {
    await DBOS.shutdown().catch(() => undefined);
    await pool.end();
    throw error;
  }
  return {
    async close() {
      // Not waited for: they go on elsewhere.
      await DBOS.shutdown();
      await pool.end();
      ground = undefined;
    },
  };
}

/** The workflow of a run of a shipment. */
export function workflowId({ shipment, run }: { shipment: string; run: number }): string {
  return `${shipment}/${String(run)}`;
}

/** Starts the workflow of a run, unless it was started before, by whatever server. */
export async function startWorkflow({ shipment, run }: { shipment: string; run: number }): Promise<void> {
  const workflowID = workflowId({ shipment, run });
  const handle = await DBOS.startWorkflow(shipmentWorkflow, { workflowID })(shipment, run);
  // How it ends is in the shipment's row; a failure of the workflow itself is found by the sweep.
  handle.getResult().catch(() => undefined);
}

/** The servers that have workflows under way, or had when they died. */
export async function executorsAtWork(): Promise<string[]> {
  const pending = await DBOS.listWorkflows({ status: "PENDING", workflowName, loadInput: false });
  return [...new Set(pending.flatMap(({ executorId }) => executorId ?? []))];
}

/** Gives the workflows of a server that died to whichever is first to take them. Returns their ids. */
export async function giveAway(executor: string): Promise<string[]> {
  const pending = await DBOS.listWorkflows({
    status: "PENDING",
    workflowName,
    executorId: executor,
    loadInput: false,
  });
  const ids = pending.map(({ workflowID }) => workflowID);
  if (ids.length > 0) await DBOS.resumeWorkflows(ids);
  return ids;
}

/** How far workflows are, by id; those that were never started are missing. */
export async function workflowStates(ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const found = await DBOS.listWorkflows({ workflowIDs: [...ids], loadInput: false, loadOutput: false });
  return new Map(found.map(({ workflowID, status }) => [workflowID, status]));
}

/** DBOS tells much of itself that is nobody's concern; what goes wrong is. */
function loggerOf(log: Log): {
  info(): void;
  debug(): void;
  warn(entry: unknown): void;
  error(entry: unknown): void;
} {
  return {
    info: () => undefined,
    debug: () => undefined,
    warn: (entry) => {
      log.warn({ of: "dbos" }, String(entry));
    },
    error: (entry) => {
      log.error({ of: "dbos" }, String(entry));
    },
  };
}
