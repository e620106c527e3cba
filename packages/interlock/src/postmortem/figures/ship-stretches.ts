import type { Stretch } from "./spend-time.ts";

/** What a shipment told of one of its databases. */
export interface ShipmentEvent {
  at: Date;
  kind: string;
  database: string;
  task: string | null;
  phase: string | null;
}

/**
 * The phases of a shipment as stretches of time, from what it told of itself: a database's turn begins, reaches migrate,
 * and ends. Events in order. Pure.
 */
export function shipStretches(events: readonly ShipmentEvent[]): Stretch[] {
  const stretches: Stretch[] = [];
  const open = new Map<string, Stretch>();
  for (const { at, kind, database, task, phase } of events) {
    const current = open.get(database);
    if (kind === "shipment-database-begun") {
      if (current !== undefined) current.until = at;
      open.delete(database);
      if (task !== "expand" && task !== "contract") continue;
      const begun: Stretch = { what: task, from: at, until: null };
      open.set(database, begun);
      stretches.push(begun);
    } else if (kind === "shipment-progress") {
      if (phase !== "migrate" || current === undefined || current.what !== "expand") continue;
      current.until = at;
      const migrating: Stretch = { what: "migrate", from: at, until: null };
      open.set(database, migrating);
      stretches.push(migrating);
    } else if (current !== undefined) {
      current.until = at;
      open.delete(database);
    }
  }
  return stretches;
}
