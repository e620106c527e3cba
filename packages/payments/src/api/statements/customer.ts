import { statement, type Statement } from "../../database/statement.ts";
import type { Release } from "../releases/release.ts";
import { onlyOnce } from "./only-once.ts";

/** A customer as every statement that reads one returns it. */
export interface CustomerRow {
  id: string;
  is_live: boolean;
  created_at: number;
  title: string | null;
  first_name: string | null;
  last_name: string | null;
  email: string | null;
  mobile_phone_number: string | null;
  landline_phone_number: string | null;
  company_name: string | null;
  language: string;
  address1: string | null;
  address2: string | null;
  postcode: string | null;
  city: string | null;
  state: string | null;
  country: string | null;
  metadata: Record<string, unknown> | null;
}

/** What may be changed of a customer, where it is kept in the row itself: the language is never null. */
export const nameColumns = [
  "title",
  "first_name",
  "last_name",
  "email",
  "mobile_phone_number",
  "landline_phone_number",
  "company_name",
] as const;
export const addressColumns = ["address1", "address2", "postcode", "city", "state", "country"] as const;

const ownColumns = ({ companyName }: Release): string => `customers.id, customers.is_live,
  floor(extract(epoch from customers.created_at))::double precision as created_at,
  ${nameColumns.map((name) => (name === "company_name" ? companyName.read : `customers.${name}`)).join(", ")},
  customers.language, customers.metadata`;
const ofMerchant = `customers.id = $1::text and customers.merchant_id = $2::text and customers.is_live = $3::boolean
  and customers.deleted_at is null`;

/**
 * $1 to $5 as `onlyOnce`, $6 id, $7 creation time, $8 to $14 names, $15 metadata, $16 to $21 address. The language
 * is $22, or what is written for those who named none.
 */
function insertion(release: Release, language: { column: string; value: string }): string {
  const { inserted } = release.addresses;
  return `with ${onlyOnce({ merchant: 1, key: 3 })}, customer as (
  insert into customers (id, merchant_id, is_live, created_at, ${nameColumns.join(", ")}, metadata
    ${inserted.columns}${language.column})
  select $6::text, fresh.merchant_id, fresh.is_live, to_timestamp($7::double precision), $8::text, $9::text, $10::text,
    $11::text, $12::text, $13::text, ${cut(release, "$14::text")}, $15::jsonb${inserted.values}${language.value}
  from fresh
  returning customers.id
)${inserted.beside}
select customer.id from customer`;
}

/** A company's name as it is kept. */
const cut = ({ companyName }: Release, name: string): string =>
  `left(${name}, ${String(companyName.longest)})`;

export function insertCustomer(release: Release): Statement {
  return statement("insert-customer", insertion(release, { column: ", language", value: ", $22::text" }));
}

export function insertCustomerWithoutLanguage(release: Release): Statement {
  return statement("insert-customer-without-language", insertion(release, release.unnamedLanguage));
}

/** $1 customer, $2 merchant, $3 mode. */
export function getCustomer(release: Release): Statement {
  const { read } = release.addresses;
  return statement(
    "get-customer",
    `select ${ownColumns(release)}${read.columns}
from customers${read.join}
where ${ofMerchant}`,
  );
}

/** Latest first. $1 merchant, $2 mode, $3 how many, $4 how many to pass over. */
export function listCustomers(release: Release): Statement {
  const { read } = release.addresses;
  return statement(
    "list-customers",
    `select ${ownColumns(release)}${read.columns}
from customers${read.join}
where customers.merchant_id = $1::text and customers.is_live = $2::boolean and customers.deleted_at is null
order by customers.created_at desc, customers.id desc
limit $3::integer offset $4::integer`,
  );
}

/** A column's new value where $4 names it, else what it was. */
function changed(release: Release, name: string): string {
  const value = `$4::jsonb ->> '${name}'`;
  return `${name} = case when $4::jsonb ? '${name}' then ${name === "company_name" ? cut(release, value) : value}
      else customers.${name} end`;
}

/** $1 customer, $2 merchant, $3 mode, $4 the members that change, as JSON. Members that it leaves out stay. */
export function updateCustomer(release: Release): Statement {
  const address = release.addresses.changed;
  return statement(
    "update-customer",
    `with customer as (
  update customers set ${[...nameColumns, "language"].map((name) => changed(release, name)).join(",\n    ")},
    metadata = case when $4::jsonb ? 'metadata' then nullif($4::jsonb -> 'metadata', 'null'::jsonb)
      else customers.metadata end${address.set}
  where ${ofMerchant}
  returning ${ownColumns(release)}${address.returning}
)${address.beside}
select customer.id, customer.is_live, customer.created_at, ${nameColumns.map((name) => `customer.${name}`).join(", ")},
  customer.language, customer.metadata${address.columns}
from customer${address.join}`,
  );
}

/**
 * $1 customer, $2 merchant, $3 mode. Who the customer was is wiped, and their cards can't be charged any more;
 * what is left is that there was one.
 */
export function deleteCustomer({ addresses: { wiped } }: Release): Statement {
  return statement(
    "delete-customer",
    `with customer as (
  update customers set deleted_at = now(), ${nameColumns.map((name) => `${name} = null`).join(", ")}, metadata = null
    ${wiped.set}
  where ${ofMerchant}
  returning customers.id
)${wiped.beside}, card as (
  update cards set deleted_at = now(), token = '', metadata = null
  from customer where cards.customer_id = customer.id and cards.deleted_at is null
)
select customer.id from customer`,
  );
}

/**
 * Deletes cards of customer $1 (merchant $2, mode $3), who is deleted: one that was being saved when the customer
 * was deleted is seen only by a statement that comes after.
 */
export const deleteCardsLeft = statement(
  "delete-cards-left",
  `update cards set deleted_at = now(), token = '', metadata = null
from customers
where customers.id = $1::text and customers.merchant_id = $2::text and customers.is_live = $3::boolean
  and customers.deleted_at is not null and cards.customer_id = customers.id and cards.deleted_at is null
returning cards.id`,
);
