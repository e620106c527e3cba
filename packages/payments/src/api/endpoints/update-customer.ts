import { customerSchema } from "../customer-schema.ts";
import { parameter, type Endpoint } from "../endpoint.ts";
import { notFound } from "../refusal.ts";
import { renderCustomer } from "../render-customer.ts";
import type { CustomerRow } from "../statements/customer.ts";

/** PATCH /v1/customers/{id}: the members that are named change, the others stay. */
export const updateCustomer: Endpoint = {
  method: "PATCH",
  path: "/v1/customers/:id",
  access: "merchant",
  body: customerSchema,
  async handle({ database, statements }, request) {
    const { merchantId, isLive } = request.caller;
    const [row] = await database.run<CustomerRow>(statements.updateCustomer, [
      parameter(request, "id"),
      merchantId,
      isLive,
      request.body,
    ]);
    if (row === undefined) throw notFound("customer");
    return { status: 200, body: JSON.stringify(renderCustomer(row)) };
  },
};
