import type { Maintenance } from "../../api/maintenances.ts";
import { textIn } from "../../language/text-in.ts";

/** `MNT-13  scheduled  Database migration  payment-api  2026-… to 2026-…`. */
export function renderMaintenance(maintenance: Maintenance): string {
  const { reference, status, titles, components, scheduledFor, scheduledUntil, series } = maintenance;
  const keys = components.map(({ component }) => component).join(" ");
  const of = series === null ? "" : `  (${series})`;
  return `${reference}  ${status}  ${textIn(titles, "en")?.text ?? ""}  ${keys}  ${scheduledFor} to ${scheduledUntil}${of}\n`;
}
