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

/** Held by the transaction that appends; the letters "event" as a number. */
const lockKey = 435_745_159_796;

/**
 * Writes events, and wakes those who listen when the transaction commits. Transactions that have events commit one
 * after another: otherwise a reader that has seen number 6 would miss number 5, which commits later.
 */
export async function appendEvents(client: ClientBase, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  await client.query("select pg_catalog.pg_advisory_xact_lock($1::bigint)", [lockKey]);
  for (const { kind, environment, subject, detail } of events) {
    await client.query(
      "insert into interlock_control.events (kind, environment, subject, detail) values ($1::text, $2::text, $3::text, $4::jsonb)",
      [kind, environment ?? null, subject, JSON.stringify(detail)],
    );
  }
  await client.query("select pg_catalog.pg_notify($1::text, '')", [eventsChannel]);
}
