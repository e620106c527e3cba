import type { Store } from "../merchant.ts";
import { call, read } from "./call.ts";

/** A customer with an address, who moves; every other one names a language, and some companies have long names. */
export async function keepCustomer(store: Store, turn: number): Promise<void> {
  const body = {
    first_name: "Ada",
    last_name: `No. ${String(turn)}`,
    email: "ada@example.net",
    country: "FR",
    city: "Paris",
    address1: `${String(turn)} rue de la Paix`,
    postcode: "75002",
    ...(turn % 4 === 0 ? { company_name: "Analytical Engines ".repeat(turn % 8 === 0 ? 8 : 2) } : {}),
    ...(turn % 3 === 0 ? { language: "it" } : {}),
  };
  const path = `/v1/customers/${await newCustomer(store, body)}`;
  await read(store, path, { city: "Paris", address1: body.address1 });
  if (turn % 2 === 0) return;
  const moved = {
    city: "Lyon",
    address1: "2 quai Perrache",
    ...(turn % 5 === 0 ? { company_name: null } : {}),
  };
  await call(store, { method: "PATCH", path, body: moved });
  await read(store, path, { city: "Lyon", first_name: "Ada" });
  await call(store, { path: "/v1/customers?per_page=5" });
}

export async function newCustomer(store: Store, body: object): Promise<string> {
  const made = await call(store, { method: "POST", path: "/v1/customers", body, expect: 201 });
  return String(made["id"]);
}
