import { parameter, type Endpoint } from "../endpoint.ts";
import { findCustomer } from "../find-customer.ts";
import { renderCustomer } from "../render-customer.ts";

/** GET /v1/customers/{id} */
export const getCustomer: Endpoint = {
  method: "GET",
  path: "/v1/customers/:id",
  access: "merchant",
  async handle(context, request) {
    const row = await findCustomer(context, { caller: request.caller, id: parameter(request, "id") });
    return { status: 200, body: JSON.stringify(renderCustomer(row)) };
  },
};
