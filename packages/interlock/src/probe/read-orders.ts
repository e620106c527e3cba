import { checkSchema, type ProbeOrder } from "../api/probes.ts";
import type { Sealer } from "../access/sealer.ts";
import type { Control } from "../control/control.ts";
import { z } from "zod";
import { probeSealPlace } from "./probe-row.ts";

const sealedSchema = z.object({ check: checkSchema, secrets: z.record(z.string(), z.string()) });

/** An order of a server's own, which knows the databases of its environment. */
export interface PlacedOrder extends ProbeOrder {
  environment: string;
}

/** What is to be carried out now, with its secrets; of one environment, or of all. */
export async function readOrders(
  { control, sealer }: { control: Control; sealer: Sealer },
  { environment }: { environment: string | null },
): Promise<PlacedOrder[]> {
  const rows = await control.query<{
    id: string;
    environment: string;
    name: string;
    revision: number;
    interval_ms: number;
    timeout_ms: number;
    sealed_check: Buffer;
  }>(
    `select id, environment, name, revision, interval_ms, timeout_ms, sealed_check from interlock_control.probes
      where removed_at is null and not is_paused and ($1::text is null or environment = $1::text)
      order by id limit 1000`,
    [environment],
  );
  return rows.map((row) => ({
    id: row.id,
    environment: row.environment,
    name: row.name,
    revision: row.revision,
    intervalMs: row.interval_ms,
    timeoutMs: row.timeout_ms,
    ...sealedSchema.parse(JSON.parse(sealer.open(row.sealed_check, probeSealPlace(row.id)))),
  }));
}

/** What a worker elsewhere may be given: nothing on databases of the environment, whose URLs stay here. */
export function ordersForOthers(orders: readonly PlacedOrder[]): ProbeOrder[] {
  return orders
    .filter(({ check }) => check.kind !== "postgres" || check.database === undefined)
    .map(({ id, name, revision, intervalMs, timeoutMs, check, secrets }) => ({
      id,
      name,
      revision,
      intervalMs,
      timeoutMs,
      check,
      secrets,
    }));
}
