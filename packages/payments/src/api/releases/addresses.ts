const names = ["address1", "address2", "postcode", "city", "state", "country"] as const;
const listed = names.join(", ");
const parameters = names.map((_, place) => `$${String(16 + place)}::text`).join(", ");
const of = (table: string): string => names.map((name) => `${table}.${name}`).join(", ");

/** A column's new value where $4 names it, else what it was. */
const changed = (table: string, name: string): string =>
  `${name} = case when $4::jsonb ? '${name}' then $4::jsonb ->> '${name}' else ${table}.${name} end`;

/**
 * Where the addresses of customers are, spliced into the statements on customers. What stands beside is a CTE
 * after the one called `customer`; every fragment begins with a comma or is empty.
 */
export interface Addresses {
  /** What is read of one, and the join that it needs. */
  read: { columns: string; join: string };
  /** What an insert of a customer says besides, with the address in $16 to $21. */
  inserted: { columns: string; values: string; beside: string };
  /** An update by the members of $4: assignments, what it returns, and where the new address is read then. */
  changed: { set: string; returning: string; beside: string; columns: string; join: string };
  /** An update that wipes it. */
  wiped: { set: string; beside: string };
}

/** In a table of their own. */
export const addressesApart: Addresses = {
  read: {
    columns: `, ${of("customer_addresses")}`,
    join: "\n  left join customer_addresses on customer_addresses.customer_id = customers.id",
  },
  inserted: {
    columns: "",
    values: "",
    beside: `, address as (
  insert into customer_addresses (customer_id, ${listed})
  select customer.id, ${parameters}
  from customer
  where coalesce(${parameters}) is not null
)`,
  },
  changed: {
    set: "",
    returning: "",
    beside: `, address as (
  insert into customer_addresses (customer_id, ${listed})
  select customer.id, ${names.map((name) => `$4::jsonb ->> '${name}'`).join(", ")} from customer
  on conflict (customer_id) do update set ${names.map((name) => changed("customer_addresses", name)).join(",\n    ")}
  returning customer_addresses.customer_id, ${of("customer_addresses")}
)`,
    columns: `, ${of("address")}`,
    join: " join address on address.customer_id = customer.id",
  },
  wiped: {
    set: "",
    beside: `, address as (
  delete from customer_addresses using customer where customer_addresses.customer_id = customer.id
)`,
  },
};

/** With the customer. */
export const addressesWithin: Addresses = {
  read: { columns: `, ${of("customers")}`, join: "" },
  inserted: { columns: `, ${listed}`, values: `, ${parameters}`, beside: "" },
  changed: {
    set: `,\n    ${names.map((name) => changed("customers", name)).join(",\n    ")}`,
    returning: `, ${of("customers")}`,
    beside: "",
    columns: `, ${of("customer")}`,
    join: "",
  },
  wiped: { set: names.map((name) => `, ${name} = null`).join(""), beside: "" },
};
