import type { Endpoint } from "../endpoint.ts";
import { readPage, renderList } from "../page.ts";
import { renderPayment } from "../render-payment.ts";
import type { ShownPaymentRow } from "../statements/payment-row.ts";

/** GET /v1/payments?per_page&page, latest first. */
export const listPayments: Endpoint = {
  method: "GET",
  path: "/v1/payments",
  access: "merchant",
  async handle(context, request) {
    const page = readPage(request);
    const { merchantId, isLive } = request.caller;
    const rows = await context.database.run<ShownPaymentRow>(context.statements.listPayments, [
      merchantId,
      isLive,
      page.perPage,
      page.page * page.perPage,
    ]);
    return {
      status: 200,
      body: renderList(
        page,
        rows.map((row) => renderPayment(context, row)),
      ),
    };
  },
};
