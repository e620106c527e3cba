import { parameter, type Endpoint } from "../endpoint.ts";
import { notFound } from "../refusal.ts";
import { renderReport } from "../render-report.ts";
import type { ReportRow } from "../statements/report.ts";

/** GET /v1/accounting_reports/{id} */
export const getReport: Endpoint = {
  method: "GET",
  path: "/v1/accounting_reports/:id",
  access: "merchant",
  async handle(context, request) {
    const { merchantId, isLive } = request.caller;
    const [row] = await context.database.run<ReportRow>(context.statements.getReport, [
      parameter(request, "id"),
      merchantId,
      isLive,
    ]);
    if (row === undefined) throw notFound("accounting report");
    return { status: 200, body: JSON.stringify(renderReport(context, row)) };
  },
};
