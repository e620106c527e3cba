import { parameter, type Endpoint } from "../endpoint.ts";
import { findPayment } from "../find-payment.ts";
import { renderPayment } from "../render-payment.ts";

/** GET /v1/payments/{id} */
export const getPayment: Endpoint = {
  method: "GET",
  path: "/v1/payments/:id",
  access: "merchant",
  async handle(context, request) {
    const row = await findPayment(context, { caller: request.caller, id: parameter(request, "id") });
    return { status: 200, body: JSON.stringify(renderPayment(context, row)) };
  },
};
