import { listOfMerchant } from "../list-of-merchant.ts";
import { renderCustomer } from "../render-customer.ts";
import type { CustomerRow } from "../statements/customer.ts";

/** GET /v1/customers?per_page&page, latest first. */
export const listCustomers = listOfMerchant<CustomerRow>({
  path: "/v1/customers",
  statement: (statements) => statements.listCustomers,
  render: (_, row) => renderCustomer(row),
});
