import type { Endpoint } from "../endpoint.ts";
import { readPage, renderList } from "../page.ts";
import { renderPlan } from "../render-plan.ts";
import type { PlanRow } from "../statements/plan.ts";

/** GET /v1/installment_plans?per_page&page, latest first. */
export const listPlans: Endpoint = {
  method: "GET",
  path: "/v1/installment_plans",
  access: "merchant",
  async handle(context, request) {
    const page = readPage(request);
    const { merchantId, isLive } = request.caller;
    const rows = await context.database.run<PlanRow>(context.statements.listPlans, [
      merchantId,
      isLive,
      page.perPage,
      page.page * page.perPage,
    ]);
    return {
      status: 200,
      body: renderList(
        page,
        rows.map((row) => renderPlan(context, row)),
      ),
    };
  },
};
