import { listOfMerchant } from "../list-of-merchant.ts";
import { renderReport } from "../render-report.ts";
import type { ReportRow } from "../statements/report.ts";

/** GET /v1/accounting_reports?per_page&page, latest first. */
export const listReports = listOfMerchant<ReportRow>({
  path: "/v1/accounting_reports",
  statement: (statements) => statements.listReports,
  render: renderReport,
});
