import { parameter, type Endpoint } from "../endpoint.ts";
import { findPayment } from "../find-payment.ts";
import { readPage, renderList } from "../page.ts";
import { renderRefund } from "../render-refund.ts";
import type { RefundRow } from "../statements/refund.ts";

/** GET /v1/payments/{id}/refunds?per_page&page, latest first. */
export const listRefunds: Endpoint = {
  method: "GET",
  path: "/v1/payments/:id/refunds",
  access: "merchant",
  async handle(context, request) {
    const page = readPage(request);
    const id = parameter(request, "id");
    const { caller } = request;
    const rows = await context.database.run<RefundRow>(context.statements.listRefunds, [
      id,
      caller.merchantId,
      caller.isLive,
      page.perPage,
      page.page * page.perPage,
    ]);
    // No refunds, or no such payment? Only then is a second look worth it.
    if (rows.length === 0) await findPayment(context, { caller, id });
    return { status: 200, body: renderList(page, rows.map(renderRefund)) };
  },
};
