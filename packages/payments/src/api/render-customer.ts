import type { CustomerRow } from "./statements/customer.ts";

/** The customer object of the Payment API. */
export function renderCustomer(row: CustomerRow): Record<string, unknown> {
  return {
    id: row.id,
    object: "customer",
    is_live: row.is_live,
    created_at: row.created_at,
    title: row.title,
    first_name: row.first_name,
    last_name: row.last_name,
    email: row.email,
    mobile_phone_number: row.mobile_phone_number,
    landline_phone_number: row.landline_phone_number,
    company_name: row.company_name,
    address1: row.address1,
    address2: row.address2,
    postcode: row.postcode,
    city: row.city,
    state: row.state,
    country: row.country,
    language: row.language,
    metadata: row.metadata,
  };
}
