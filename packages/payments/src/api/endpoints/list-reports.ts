import type { Endpoint } from "../endpoint.ts";
import { readPage, renderList } from "../page.ts";
import { renderReport } from "../render-report.ts";
import type { ReportRow } from "../statements/report.ts";

/** GET /v1/accounting_reports?per_page&page, latest first. */
export const listReports: Endpoint = {
  method: "GET",
  path: "/v1/accounting_reports",
  access: "merchant",
  async handle(context, request) {
    const page = readPage(request);
    const { merchantId, isLive } = request.caller;
    const rows = await context.database.run<ReportRow>(context.statements.listReports, [
      merchantId,
      isLive,
      page.perPage,
      page.page * page.perPage,
    ]);
    return {
      status: 200,
      body: renderList(
        page,
        rows.map((row) => renderReport(context, row)),
      ),
    };
  },
};
