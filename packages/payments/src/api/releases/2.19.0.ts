import { release as previous } from "./2.18.0.ts";
import type { Release } from "./release.ts";

/** Names and addresses are apart from the payment. */
export const release: Release = {
  ...previous,
  version: "2.19.0",
  contacts: {
    inserted: { columns: "", values: "" },
    besides: (from) => `contacts as (
  insert into payment_contacts (payment_id, billing, shipping)
  select $1::text, $9::jsonb, $10::jsonb${from}
  where $9::jsonb is not null or $10::jsonb is not null
)`,
    read: (name) =>
      `(select payment_contacts.${name} from payment_contacts where payment_contacts.payment_id = payments.id) as ${name}`,
  },
};
