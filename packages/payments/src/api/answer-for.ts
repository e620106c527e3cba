import type { Answer, Caller, Context } from "./context.ts";
import { readHostedPayment, findPayment } from "./find-payment.ts";
import { renderPayment } from "./render-payment.ts";
import { answerRefund } from "./render-refund.ts";
import type { RefundRow } from "./statements/refund.ts";

/**
 * The answer that a POST would have given which began a payment or refund and was cut off. Undefined while it
 * is not decided how that ended.
 */
export async function answerFor(
  context: Context,
  { caller, subjectId }: { caller: Caller; subjectId: string },
): Promise<Answer | undefined> {
  return subjectId.startsWith("re_")
    ? answerForRefund(context, subjectId)
    : answerForPayment(context, { caller, id: subjectId });
}

async function answerForPayment(
  context: Context,
  { caller, id }: { caller: Caller; id: string },
): Promise<Answer | undefined> {
  const hosted = await readHostedPayment(context, id);
  const undecided = context.release.statusOf(hosted) === "created" && hosted.challenge_url === null;
  if (undecided) return undefined;
  return {
    status: 201,
    body: JSON.stringify(renderPayment(context, await findPayment(context, { caller, id }))),
  };
}

async function answerForRefund({ database, statements }: Context, id: string): Promise<Answer | undefined> {
  const [refund] = await database.run<RefundRow & { code: string | null }>(statements.findRefund, [id]);
  if (refund === undefined || refund.state === "pending") return undefined;
  return answerRefund(refund, refund.state === "succeeded" ? null : (refund.code ?? "processing_error"));
}
