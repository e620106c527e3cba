import type { ShipmentServices } from "./services.ts";

/**
 * Closes the change of a shipment as shipped, once it is done in every environment that has databases. Until then
 * it stays open: what was shipped to staging is still to come to production.
 */
export async function closeIfEverywhere(services: ShipmentServices, shipment: string): Promise<void> {
  const [row] = await services.control.query<{ change: string; started_by: string; everywhere: boolean }>(
    `select s.change, s.started_by, not exists (
              select from interlock_control.databases d
               where not exists (select from interlock_control.shipments o
                                  where o.environment = d.environment and o.change = s.change and o.state = 'done')
            ) as everywhere
       from interlock_control.shipments s where s.id = $1::text and s.state = 'done'`,
    [shipment],
  );
  if (row?.everywhere === true) {
    await services.closeChange({ change: row.change, as: "shipped", actor: row.started_by });
  }
}
