import type { Context } from "./context.ts";
import type { ReportRow } from "./statements/report.ts";

/** The accounting report object of the Payment API: the address of the file is there as long as the file is. */
export function renderReport({ publicUrl }: Context, row: ReportRow): Record<string, unknown> {
  const available = row.state === "available" && (row.available_until ?? 0) > Date.now() / 1_000;
  return {
    id: row.id,
    object: "accounting_report",
    is_live: row.is_live,
    created_at: row.created_at,
    start_date: row.start_date,
    end_date: row.end_date,
    notification_url: row.notification_url,
    temporary_url: available ? `${publicUrl}/accounting_reports/${row.file_name}` : null,
    file_available_until: row.available_until,
  };
}
