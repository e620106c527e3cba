import type { Outcome } from "./trial.ts";

/** Whatever a trial has come to that nobody may notice: payments that failed, rows that are lost, in words. */
export function faultsOf({ phases, alarms, audit, stopped }: Outcome): string[] {
  const faults = stopped === null ? [] : [stopped];
  for (const { phase, failures, statementFailures } of phases) {
    for (const [reason, count] of Object.entries(failures))
      faults.push(`${phase}: ${String(count)} × ${reason}`);
    for (const [reason, count] of Object.entries(statementFailures))
      faults.push(`${phase}: ${String(count)} × ${reason}`);
  }
  const lost = audit === null ? [] : [...audit.rows, ...audit.catalog, ...audit.money, ...audit.told];
  return [...faults, ...alarms, ...lost];
}
