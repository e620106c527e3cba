import type { Locale } from "../../api/localised.ts";
import type { Subscriber, ToldKind } from "../../api/subscribers.ts";

/** A subscriber as the control database has it, with the keys of components in place of their ids. */
export interface SubscriberRow {
  number: string;
  id: string;
  channel: Subscriber["channel"];
  format: Subscriber["format"];
  state: Subscriber["state"];
  shown_address: string;
  locale: Locale;
  component_keys: string[];
  kinds: ToldKind[];
  created_at: Date;
  created_by: string;
  confirmed_at: Date | null;
  import_reason: string | null;
  ended_at: Date | null;
  ended_because: Subscriber["endedBecause"];
}

/** Of `interlock_control.subscribers` under the name s. */
export const subscriberColumns = `s.number, s.id, s.channel, s.format, s.state, s.shown_address, s.locale,
  array(select c.key from interlock_control.components c where c.id = any(s.components) order by c.key) as component_keys,
  s.kinds, s.created_at, s.created_by, s.confirmed_at, s.import_reason, s.ended_at, s.ended_because`;

/** A subscriber as it goes over the wire. */
export function subscriberOf(row: SubscriberRow): Subscriber {
  const {
    id,
    channel,
    format,
    state,
    shown_address: address,
    locale,
    component_keys: components,
    kinds,
  } = row;
  return {
    id,
    channel,
    format,
    address,
    state,
    locale,
    components,
    kinds,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    confirmedAt: row.confirmed_at?.toISOString() ?? null,
    importReason: row.import_reason,
    endedAt: row.ended_at?.toISOString() ?? null,
    endedBecause: row.ended_because,
  };
}
