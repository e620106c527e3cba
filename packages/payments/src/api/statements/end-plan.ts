import { enqueueNotification } from "../../notifications/enqueue.ts";

/**
 * The tail of a statement that ends an installment plan: parts that nobody has started are aborted, and the
 * merchant hears of it. `plan` is the CTE of the plan that ended, with what `enqueueNotification` needs.
 */
export function abortPartsOf(plan: string): string {
  return `parts as (
  update installments set state = 'aborted'
  from ${plan}
  where installments.plan_id = ${plan}.id and installments.state = 'waiting' and installments.payment_id is null
), ${enqueueNotification(plan, { event: "'installment_plan.updated'" })}
select ${plan}.id from ${plan}`;
}
