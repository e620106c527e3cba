import type { Endpoint } from "../endpoint.ts";
import { readPage, renderList } from "../page.ts";
import { renderCustomer } from "../render-customer.ts";
import type { CustomerRow } from "../statements/customer.ts";

/** GET /v1/customers?per_page&page, latest first. */
export const listCustomers: Endpoint = {
  method: "GET",
  path: "/v1/customers",
  access: "merchant",
  async handle({ database, statements }, request) {
    const page = readPage(request);
    const { merchantId, isLive } = request.caller;
    const rows = await database.run<CustomerRow>(statements.listCustomers, [
      merchantId,
      isLive,
      page.perPage,
      page.page * page.perPage,
    ]);
    return { status: 200, body: renderList(page, rows.map(renderCustomer)) };
  },
};
