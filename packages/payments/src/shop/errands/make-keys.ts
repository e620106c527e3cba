import type { Store } from "../merchant.ts";
import { call } from "./call.ts";

/** Looking up a password takes a core for a moment: it is done for every so many times that it could be. */
const everyTurns = 4;

/** New keys for whoever logs in, and a first look with them. */
export async function makeKeys(store: Store, turn: number): Promise<void> {
  const { logins } = store;
  if (Math.floor(turn / 10) % everyTurns !== 0 || logins.length === 0) return;
  const login = logins[Math.floor(turn / 10 / everyTurns) % logins.length];
  const made = await call(store, { method: "POST", path: "/v1/keys", body: login ?? {}, expect: 201 });
  const { test } = made["secret_keys"] as { test: string };
  const merchant = { ...store.merchant, headers: { authorization: `Bearer ${test}` } };
  await call({ ...store, merchant }, { path: "/v1/account" });
}
