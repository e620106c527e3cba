import type { Report } from "../../api/reports.ts";

/** What the authorities are due, a line for each report; nothing where it is not classified as major. */
export function renderReports(reports: readonly Report[]): string {
  return reports
    .map(({ kind, state, dueAt, graceUntil, submittedAt, reference }) => {
      const due = dueAt === null ? "when the one before is submitted" : `due ${dueAt}`;
      const grace = graceUntil === null ? "" : ` (a weekend; by article 5(4) ${graceUntil})`;
      const done = submittedAt === null ? "" : `, submitted ${submittedAt}`;
      return `  ${kind} report: ${state}, ${due}${grace}${done}${reference === null ? "" : ` as ${reference}`}\n`;
    })
    .join("");
}
