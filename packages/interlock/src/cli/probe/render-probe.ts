import type { Probe } from "../../api/probes.ts";

/** A probe in one line. */
export function renderProbe(probe: Probe): string {
  const { name, component, check, intervalMs, state, stateSince, failingSince, isPaused } = probe;
  const now = isPaused
    ? "paused"
    : failingSince === null
      ? `${state} since ${stateSince}`
      : `${state} (since ${failingSince})`;
  const what = typeof check["url"] === "string" ? check["url"] : String(check["kind"]);
  const checked = component === null ? "" : `  checks ${component}`;
  return `${name}  ${now}  every ${String(intervalMs / 1_000)} s  ${what}${checked}\n`;
}
