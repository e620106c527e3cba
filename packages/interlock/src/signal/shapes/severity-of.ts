import type { Severity } from "../../api/signals.ts";

const critical = new Set(["critical", "error", "page", "fatal", "emergency", "alert", "p1", "high", "major"]);
const info = new Set(["info", "information", "informational", "none", "low", "debug", "p4", "p5", "notice"]);

/** How bad senders' own words are; what says nothing is critical, so that nothing is passed over. */
export function severityOf(text: string | undefined): Severity {
  const word = (text ?? "critical").toLowerCase();
  if (critical.has(word)) return "critical";
  return info.has(word) ? "info" : "warning";
}
