import type { ClientBase } from "pg";

/** Something that happened, for live views. */
export interface NewEvent {
  /** `release-started`, `decision-made`, `shipment-progress`. */
  kind: string;
  environment?: string;
  /** The id or name of what it is about. */
  subject: string;
  detail: object;
}

/** The channel on which servers hear that there are new events. */
export const eventsChannel = "interlock_control_events";

/** Writes events, and wakes those who listen when the transaction commits. */
export async function appendEvents(client: ClientBase, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  for (const { kind, environment, subject, detail } of events) {
    await client.query(
      "insert into interlock_control.events (kind, environment, subject, detail) values ($1::text, $2::text, $3::text, $4::jsonb)",
      [kind, environment ?? null, subject, JSON.stringify(detail)],
    );
  }
  await client.query("select pg_catalog.pg_notify($1::text, '')", [eventsChannel]);
}
