import type { Sealer } from "../../access/sealer.ts";
import type { Transaction } from "../../control/control.ts";
import { newId } from "../../std/new-id.ts";
import { hashOfSecretToken, newSecretToken } from "./secret-token.ts";
import type { CheckedWish, NewRow } from "./wish.ts";

type Query = Transaction["query"];

/** How long a confirmation may take. */
export const confirmWithinHours = 48;

/** Inserts those whose address is not there yet; returns their ids. */
export async function insertSubscribers(
  query: Query,
  rows: readonly NewRow[],
  { by, confirmedBecause }: { by: string; confirmedBecause: string | null },
): Promise<Set<string>> {
  const inserted = await query<{ id: string }>(insertSql, [JSON.stringify(rows), by, confirmedBecause]);
  return new Set(inserted.map(({ id }) => id));
}

const insertSql = `insert into interlock_control.subscribers
  (id, channel, format, state, address_digest, sealed_contact, shown_address, unsubscribe_sha256, host, locale,
   components, kinds, created_by, import_reason, confirmed_at)
  select r.id, r.channel, r.format, case when $3::text is null then 'asked' else 'active' end,
         pg_catalog.decode(r.digest, 'hex'), pg_catalog.decode(r.sealed, 'hex'), r.shown,
         pg_catalog.decode(r.unsubscribe, 'hex'), r.host, r.locale, r.components, r.kinds, $2::text, $3::text,
         case when $3::text is null then null else clock_timestamp() end
    from jsonb_to_recordset($1::jsonb) as r (id text, channel text, format text, digest text, sealed text, shown text,
         unsubscribe text, host text, locale text, components text[], kinds text[])
  on conflict (channel, address_digest) where state <> 'ended' do nothing
  returning id`;

/** Whom to ask, and what for. */
export interface NewAsk {
  subscriber: string;
  wish: Pick<CheckedWish, "channel" | "format" | "locale" | "components" | "kinds">;
  host: string | null;
}

/** Asks for confirmation: a token for each, and a message with it that goes out before what everybody is told. */
export async function insertAsks(
  query: Query,
  { asks, sealer }: { asks: readonly NewAsk[]; sealer: Sealer },
): Promise<void> {
  const rows = asks.map(({ subscriber, wish, host }) => {
    const id = newId("ask");
    const token = newSecretToken();
    return {
      id,
      subscriber,
      token: hashOfSecretToken(token).toString("hex"),
      sealed: sealer.seal(token, `ask/${id}`).toString("hex"),
      host,
      ...wish,
    };
  });
  await query(asksSql, [JSON.stringify(rows), confirmWithinHours]);
}

const asksSql = `with given as (
    select * from jsonb_to_recordset($1::jsonb) as r (id text, subscriber text, token text, sealed text, host text,
      channel text, format text, locale text, components text[], kinds text[])
  ), asked as (
    insert into interlock_control.subscription_asks
      (id, subscriber, token_sha256, sealed_token, format, locale, components, kinds, expires_at)
    select id, subscriber, pg_catalog.decode(token, 'hex'), pg_catalog.decode(sealed, 'hex'), format, locale, components,
           kinds, clock_timestamp() + make_interval(hours => $2::integer)
      from given
  )
  insert into interlock_control.deliveries (kind, subject, revision, receiver, channel, lane, thread, host)
  select 'confirmation', id, 1, subscriber, channel, 1, id, host from given`;
