import { parameter, type Endpoint } from "../endpoint.ts";
import { findPlan } from "../find-plan.ts";
import { renderPlan } from "../render-plan.ts";

/** GET /v1/installment_plans/{id} */
export const getPlan: Endpoint = {
  method: "GET",
  path: "/v1/installment_plans/:id",
  access: "merchant",
  async handle(context, request) {
    const row = await findPlan(context, { caller: request.caller, id: parameter(request, "id") });
    return { status: 200, body: JSON.stringify(renderPlan(context, row)) };
  },
};
