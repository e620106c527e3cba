import { failureMessages } from "../../payments/status.ts";
import type { Caller, Context } from "../context.ts";
import { parameter, type Endpoint } from "../endpoint.ts";
import { findPlan } from "../find-plan.ts";
import { Refusal } from "../refusal.ts";
import { renderPlan } from "../render-plan.ts";

/**
 * PATCH /v1/installment_plans/{id}: `{"aborted": true}`, which older clients send as `abort`. What is paid stays
 * paid; a part that a card is being charged for right now goes on.
 */
export const updatePlan: Endpoint = {
  method: "PATCH",
  path: "/v1/installment_plans/:id",
  access: "merchant",
  body: {
    type: "object",
    properties: { aborted: { const: true }, abort: { const: true } },
    minProperties: 1,
    additionalProperties: false,
  },
  async handle(context, request) {
    const target = { caller: request.caller, id: parameter(request, "id") };
    await abort(context, target);
    return { status: 200, body: JSON.stringify(renderPlan(context, await findPlan(context, target))) };
  },
};

async function abort(context: Context, { caller, id }: { caller: Caller; id: string }): Promise<void> {
  const { database, statements } = context;
  const aborted = await database.run(statements.abortPlan, [
    id,
    caller.merchantId,
    caller.isLive,
    failureMessages.aborted,
  ]);
  if (aborted.length === 1) {
    await database.run(statements.abortPlanPayments, [id, failureMessages.aborted]);
    return;
  }
  const now = await findPlan(context, { caller, id });
  if (now.failure_code === "aborted") return;
  throw new Refusal(
    409,
    now.is_fully_paid
      ? "The plan can't be aborted: it is fully paid."
      : "The plan can't be aborted: it has failed.",
    { aborted: "only an active plan can be aborted" },
  );
}
