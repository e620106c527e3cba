import { randomBytes } from "node:crypto";
import type { ClientBase } from "pg";
import { hashPassword } from "../database/password.ts";
import { hashSecret, newSecret } from "../database/secret.ts";

/** The secrets that a shop needs. They are shown once, here; the database keeps hashes. */
export interface Access {
  /** For test mode, one for each merchant. */
  keys: string[];
  /** For live mode, in the same order. */
  liveKeys: string[];
  /** With which the first merchant may ask for more keys. */
  login: { email: string; password: string };
  /** Left out: the first merchant's only. */
  logins?: { email: string; password: string }[];
  terminals: { poiId: string; token: string }[];
}

const merchants = 20;
const terminals = 20;

/** Makes the merchants, their ledger accounts and their terminals where they are missing. */
export async function addMerchants(client: ClientBase): Promise<void> {
  await client.query(
    // A French IBAN: its check digits make the account, F as 15, R as 27 and themselves 1 modulo 97.
    `insert into merchants (id, name, iban)
     select 'acc_' || lpad(n::text, 6, '0'), 'Shop No. ' || n,
       'FR' || lpad((98 - (account || '152700')::numeric % 97)::text, 2, '0') || account
     from generate_series(1, $1::integer) as n, lateral (
       select '3000600001' || lpad(n::text, 11, '0') || '89' as account) as drawn
     on conflict do nothing`,
    [merchants],
  );
  await client.query(
    `insert into merchant_balances (merchant_id, is_live, currency)
     select merchants.id, mode.is_live, 'EUR'
     from merchants, (values (false), (true)) as mode (is_live) on conflict do nothing`,
  );
}

/**
 * A new test and live key for every merchant, a new password for the first one (each costs as much time as
 * somebody who guesses would need), and a new token for every terminal; earlier passwords and tokens stop working.
 */
export async function issueAccess(client: ClientBase): Promise<Access> {
  const { rows } = await client.query<{ id: string }>("select id from merchants order by id");
  const issue = async (merchantId: string, prefix: "sk_test" | "sk_live"): Promise<string> => {
    const key = newSecret(prefix);
    await client.query(
      "insert into api_keys (key_hash, merchant_id, is_live) values ($1::bytea, $2::text, $3::boolean)",
      [hashSecret(key), merchantId, prefix === "sk_live"],
    );
    return key;
  };
  const keys: string[] = [];
  const liveKeys: string[] = [];
  for (const { id } of rows) {
    keys.push(await issue(id, "sk_test"));
    liveKeys.push(await issue(id, "sk_live"));
  }
  const issued: Access["terminals"] = [];
  for (let place = 0; place < terminals; place++) {
    const merchant = rows[place % rows.length];
    if (merchant === undefined) throw new Error("there are no merchants");
    const poiId = `POI-${String(place + 1).padStart(4, "0")}`;
    const token = newSecret("tt");
    await client.query(
      `insert into terminals (poi_id, merchant_id, token_hash) values ($1::text, $2::text, $3::bytea)
       on conflict (poi_id) do update set token_hash = excluded.token_hash, logged_in_at = null`,
      [poiId, merchant.id, hashSecret(token)],
    );
    issued.push({ poiId, token });
  }
  return { keys, liveKeys, login: await giveLogin(client, rows[0]?.id), terminals: issued };
}

async function giveLogin(client: ClientBase, merchantId: string | undefined): Promise<Access["login"]> {
  if (merchantId === undefined) throw new Error("there are no merchants");
  const login = { email: "owner@shop-1.example", password: randomBytes(12).toString("base64url") };
  await client.query(
    "update merchants set login_email = $2::text, password_hash = $3::bytea where id = $1::text",
    [merchantId, login.email, await hashPassword(login.password)],
  );
  return login;
}
