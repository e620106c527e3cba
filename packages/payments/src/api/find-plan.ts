import type { Caller, Context } from "./context.ts";
import { notFound } from "./refusal.ts";
import type { PlanRow } from "./statements/plan.ts";

/** An installment plan of the caller in the caller's mode; anybody else's does not exist (404 `Refusal`). */
export async function findPlan(
  { database, statements }: Context,
  { caller, id }: { caller: Caller; id: string },
): Promise<PlanRow> {
  const [row] = await database.run<PlanRow>(statements.getPlan, [id, caller.merchantId, caller.isLive]);
  if (row === undefined) throw notFound("installment plan");
  return row;
}
