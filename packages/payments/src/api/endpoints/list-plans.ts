import { listOfMerchant } from "../list-of-merchant.ts";
import { renderPlan } from "../render-plan.ts";
import type { PlanRow } from "../statements/plan.ts";

/** GET /v1/installment_plans?per_page&page, latest first. */
export const listPlans = listOfMerchant<PlanRow>({
  path: "/v1/installment_plans",
  statement: (statements) => statements.listPlans,
  render: renderPlan,
});
