import { setTimeout as sleep } from "node:timers/promises";
import type { Control } from "../../control/control.ts";
import type { Work } from "../../control/work.ts";
import { shipStretches, type ShipmentEvent } from "./ship-stretches.ts";

/** Events are kept for days; this looks often enough to miss none. */
const everyMs = 10 * 60_000;

/** Shipments that one look takes up at most. */
const mostShipments = 100;

/** Keeps how long the phases of shipments took that have ended, before the events that say it go. */
export function keepPhasesWork({ control }: { control: Control }): Work {
  return {
    name: "keep the phases of shipments",
    async run(signal) {
      while (!signal.aborted) {
        await keepPhases(control);
        await sleep(everyMs, undefined, { signal }).catch(() => undefined);
      }
    },
  };
}

/** One look; how many were kept. What two servers keep at once is the same. */
export async function keepPhases(control: Control): Promise<number> {
  const rows = await control.query<{
    shipment: string;
    events: (Omit<ShipmentEvent, "at"> & { at: string })[];
  }>(
    `select s.id as shipment, jsonb_agg(jsonb_build_object('at', e.at, 'kind', e.kind, 'database', e.detail ->> 'database',
              'task', e.detail ->> 'task', 'phase', e.detail ->> 'phase') order by e.number) as events
       from interlock_control.shipments s
       join interlock_control.events e on e.subject = s.id
      where s.ended_at is not null
        and not exists (select from interlock_control.shipment_phases where shipment = s.id)
        and (e.kind like 'shipment-database-%'
             or (e.kind = 'shipment-progress' and e.detail ->> 'phase' = 'migrate'))
      group by s.id order by s.id limit $1::integer`,
    [mostShipments],
  );
  for (const { shipment, events } of rows) {
    const stretches = shipStretches(events.map((event) => ({ ...event, at: new Date(event.at) })));
    await control.query(
      `insert into interlock_control.shipment_phases (shipment, stretches) values ($1::text, $2::jsonb)
       on conflict (shipment) do nothing`,
      [shipment, JSON.stringify(stretches)],
    );
  }
  return rows.length;
}
