import type { Control } from "../../control/control.ts";
import { notFound } from "../refused.ts";
import { selectMaintenances, type MaintenanceRow } from "./maintenance.ts";

/**
 * A maintenance by its reference (`MNT-13`) or its id. With `lock` nobody else changes it until the transaction ends.
 * Throws `Failure` "not-found".
 */
export async function findMaintenance(
  query: Control["query"],
  maintenance: string,
  { lock = false }: { lock?: boolean } = {},
): Promise<MaintenanceRow> {
  const number = /^MNT-(\d{1,15})$/.exec(maintenance)?.[1] ?? null;
  const condition = "(m.id = $1::text or m.number = $2::bigint)";
  if (lock) {
    await query(`select from interlock_control.maintenances m where ${condition} for no key update`, [
      maintenance,
      number,
    ]);
  }
  const [row] = await query<MaintenanceRow>(`${selectMaintenances} where ${condition}`, [
    maintenance,
    number,
  ]);
  if (row !== undefined) return row;
  throw notFound(
    `maintenance ${maintenance}`,
    "See which there are: interlock maintenance list --env ENVIRONMENT",
  );
}
