import type { ClientBase } from "pg";
import { historySteps } from "../seed/history.ts";

/** Rows of every kind that a change has to carry over, on the baseline structure with its merchants. */
export async function addTestingData(client: ClientBase): Promise<void> {
  for (const { sql, takesCount } of historySteps) await client.query(sql, takesCount ? [400] : []);
  for (const sql of rows) await client.query(sql);
}

const rows = [
  `update merchants set login_email = id || '@example.net',
     password_hash = decode(md5(id), 'hex')
   where id <= 'acc_000010'`,
  `update merchants set iban = null where id > 'acc_000015'`,
  `insert into api_keys (key_hash, merchant_id, is_live)
   select sha256(id::bytea), id, false from merchants`,
  `insert into customers (id, merchant_id, is_live, first_name, company_name, language)
   select 'cus_' || n, 'acc_000001', false, 'Client ' || n, repeat('x', n * 5), case when n % 2 = 0 then 'it' else 'en' end
   from generate_series(1, 40) as n`,
  `insert into customer_addresses (customer_id, address1, postcode, city, country)
   select 'cus_' || n, n || ' rue de la Paix', '75002', 'Paris', 'FR' from generate_series(1, 20) as n`,
  `insert into cards (id, merchant_id, is_live, customer_id, token, fingerprint, brand, last4, expiry)
   select 'card_' || n, 'acc_000001', false, 'cus_' || n, 'tok_' || n, 'fp_' || n, 'Visa', '4242',
     lpad((1 + n % 12)::text, 2, '0') || '/20' || 30 + n % 10
   from generate_series(1, 40) as n`,
  `update payments set card_id = 'card_' || 1 + ascii(md5(id)) % 40, initiator = null
   where paid_at is not null and right(id, 1) in ('a', 'b')`,
  `update payments set card_id = 'card_erased' where paid_at is not null and right(id, 1) = 'c'`,
  `update payments set shipping = billing || '{"delivery_type": "NEW"}' where right(id, 1) = '7'`,
  `insert into notifications (merchant_id, is_live, subject_id, stream_id, event, url, state, created_at, finished_at)
   select merchant_id, false, id, id, 'payment.paid', 'https://shop.example.net/ipn',
     (case when paid_at < now() - interval '3 days' then 'delivered' when right(id, 1) = 'd' then 'given_up' else 'waiting' end)::notification_state,
     paid_at, case when paid_at < now() - interval '3 days' or right(id, 1) = 'd' then paid_at end
   from payments where paid_at is not null order by paid_at`,
];
