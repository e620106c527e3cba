import { parameter, type Endpoint } from "../endpoint.ts";
import { notFound } from "../refusal.ts";
import { renderRefund } from "../render-refund.ts";
import type { RefundRow } from "../statements/refund.ts";

/** GET /v1/payments/{id}/refunds/{refundId} */
export const getRefund: Endpoint = {
  method: "GET",
  path: "/v1/payments/:id/refunds/:refundId",
  access: "merchant",
  async handle({ database, statements }, request) {
    const [row] = await database.run<RefundRow>(statements.getRefund, [
      parameter(request, "refundId"),
      parameter(request, "id"),
      request.caller.merchantId,
      request.caller.isLive,
    ]);
    if (row === undefined) throw notFound("refund");
    return { status: 200, body: JSON.stringify(renderRefund(row)) };
  },
};
