import type { Context } from "../api/context.ts";
import { renderPayment } from "../api/render-payment.ts";
import { renderPlan } from "../api/render-plan.ts";
import { renderRefund } from "../api/render-refund.ts";
import { renderReport } from "../api/render-report.ts";
import type { ShownPaymentRow } from "../api/statements/payment-row.ts";
import type { PlanRow } from "../api/statements/plan.ts";
import type { RefundRow } from "../api/statements/refund.ts";
import type { ReportRow } from "../api/statements/report.ts";

export interface Subject {
  id: string;
  merchantId: string;
  isLive: boolean;
}

type Render = (context: Context, subject: Subject) => Promise<Record<string, unknown> | undefined>;

/** How what a notification is about is rendered, by the prefix of its id. */
const renderers: Readonly<Record<string, Render>> = {
  pay: async (context, { id, merchantId, isLive }) => {
    const { database, statements } = context;
    const [row] = await database.run<ShownPaymentRow>(statements.getPayment, [id, merchantId, isLive]);
    return row === undefined ? undefined : renderPayment(context, row);
  },
  re: async ({ database, statements }, { id }) => {
    const [row] = await database.run<RefundRow>(statements.findRefund, [id]);
    return row === undefined ? undefined : renderRefund(row);
  },
  inst: async (context, { id, merchantId, isLive }) => {
    const { database, statements } = context;
    const [row] = await database.run<PlanRow>(statements.getPlan, [id, merchantId, isLive]);
    return row === undefined ? undefined : renderPlan(context, row);
  },
  ar: async (context, { id, merchantId, isLive }) => {
    const { database, statements } = context;
    const [row] = await database.run<ReportRow>(statements.getReport, [id, merchantId, isLive]);
    return row === undefined ? undefined : renderReport(context, row);
  },
};

/** The resource as the API shows it now, or undefined when there is none. */
export async function renderSubject(
  context: Context,
  subject: Subject,
): Promise<Record<string, unknown> | undefined> {
  const prefix = subject.id.split("_", 1)[0] ?? "";
  const render = Object.hasOwn(renderers, prefix) ? renderers[prefix] : undefined;
  if (render === undefined) throw new Error(`nothing renders a subject ${prefix}_…`);
  return render(context, subject);
}
