// What other packages may use of planning.
export { planChange, type PlanOptions, type PlanResult, type Proof } from "./plan-change.ts";
export type { Plan } from "./plan.ts";
