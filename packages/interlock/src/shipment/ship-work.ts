import { hostname } from "node:os";
import type { Client } from "pg";
import { newId } from "../std/new-id.ts";
import { openControlSession } from "../control/control-session.ts";
import { serverVersion } from "../control/server-version.ts";
import type { Work } from "../control/work.ts";
import {
  executorsAtWork,
  giveAway,
  launchDurable,
  startWorkflow,
  workflowId,
  workflowStates,
} from "./durable.ts";
import type { ShipmentServices } from "./services.ts";
import { activeStates } from "./shipment-rows.ts";
import { strandShipment } from "./strand-shipment.ts";
import { shippingWake as wake } from "./wake.ts";

/** How often shipments without a workflow, and servers that died, are looked for. */
const sweepEveryMs = 1_000;

/**
 * Ships: every server does it at the same time. A server is alive as long as a session of it holds an advisory lock
 * that is named after its executor; workflows of one whose lock is free are given to whoever takes them first.
 */
export function shipWork(services: ShipmentServices): Work {
  return {
    name: "ship",
    async run(signal) {
      const executor = newId(`exe_${hostname().replaceAll(/[^A-Za-z0-9-]/g, "-")}_${String(process.pid)}`);
      const { client, lost } = await openControlSession(services.control.connection, {
        applicationName: serverVersion(),
      });
      try {
        await noticeDeath(client);
        await takeLock(client, executor);
        // Whoever loses the lock may be taken for dead, so it stops working at once.
        const until = AbortSignal.any([signal, lost]);
        const durable = await launchDurable({ services, signal: until, wake }, { executor });
        try {
          while (!until.aborted) {
            await sweep(services, { client, executor });
            await wake.wait(sweepEveryMs, until);
          }
        } finally {
          await durable.close();
        }
        if (!signal.aborted) throw new Error("the session on the control database was lost");
      } finally {
        await client.end().catch(() => undefined);
      }
    },
  };
}

/** A machine that is gone says nothing: after half a minute its lock is to be free. */
async function noticeDeath(client: Client): Promise<void> {
  await client.query(
    "select set_config('tcp_keepalives_idle', '10', false), set_config('tcp_keepalives_interval', '5', false), set_config('tcp_keepalives_count', '4', false)",
  );
}

async function sweep(
  services: ShipmentServices,
  { client, executor }: { client: Client; executor: string },
): Promise<void> {
  for (const other of await executorsAtWork()) {
    if (other === executor || !(await takeLock(client, other))) continue;
    // It is dead, and while we hold its lock nobody else gives its workflows away.
    try {
      const given = await giveAway(other);
      if (given.length > 0)
        services.log.warn({ executor: other, workflows: given }, "A server died; its shipments go on");
    } finally {
      await freeLock(client, other);
    }
  }
  await startMissing(services);
}

async function startMissing(services: ShipmentServices): Promise<void> {
  const active = await services.control.query<{ shipment: string; run: number }>(
    "select id as shipment, run from interlock_control.shipments where state = any($1::text[])",
    [activeStates],
  );
  const states = await workflowStates(active.map(workflowId));
  for (const one of active) {
    const state = states.get(workflowId(one));
    if (state === undefined) await startWorkflow(one);
    else if (!["PENDING", "ENQUEUED", "DELAYED"].includes(state)) await strandShipment(services, one);
  }
}

async function takeLock(client: Client, executor: string): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>(
    "select pg_catalog.pg_try_advisory_lock(pg_catalog.hashtextextended('interlock executor ' || $1::text, 0)) as taken",
    [executor],
  );
  return rows[0]?.taken === true;
}

async function freeLock(client: Client, executor: string): Promise<void> {
  await client.query(
    "select pg_catalog.pg_advisory_unlock(pg_catalog.hashtextextended('interlock executor ' || $1::text, 0))",
    [executor],
  );
}
