import type { Backtest, BacktestedChange, Rule } from "../api/rules.ts";

/** A rule in a few lines: what it is, why, whose, until when, and what it would have done. */
export function renderRule(rule: Rule): string {
  const { id, kind, state, scope, reason, owner, incident, settings, expiresAt, window, backtest } = rule;
  const lines = [
    `${id}  ${kind}  ${state}  ${scope}`,
    `  reason    ${reason}`,
    `  owner     ${owner}${incident === null ? "" : `, after ${incident}`}`,
  ];
  if (kind !== "block") lines.push(`  settings  ${JSON.stringify(settings)}`);
  if (window !== null)
    lines.push(`  window    ${window.isOpen ? "open" : "next"}: ${window.from} to ${window.until}`);
  if (expiresAt !== null) lines.push(`  until     ${expiresAt}`);
  if (rule.liftedReason !== null) lines.push(`  lifted    by ${rule.liftedBy ?? ""}: ${rule.liftedReason}`);
  if (backtest !== null && state === "proposed") {
    lines.push(...renderBacktest(backtest).map((line) => `  ${line}`));
    lines.push(
      `  next      somebody else reads it and accepts it: interlock rule accept ${id} --backtest ${backtest.digest}`,
    );
  }
  return `${lines.join("\n")}\n`;
}

/** How many changes of each sort are listed. */
const mostListed = 10;

/** A backtest, line by line. */
export function renderBacktest(backtest: Backtest): string[] {
  const { changes, caused, stoppedCaused, stoppedGood, missedCaused, note } = backtest;
  const stopped = stoppedCaused.length + stoppedGood.length;
  return [
    `backtest  of ${String(changes)} changes it would have stopped ${String(stopped)}: ${causes(stoppedCaused.length)}, ${String(stoppedGood.length)} good`,
    ...list("✗", stoppedCaused),
    ...list("·", stoppedGood),
    ...(caused === 0 ? [] : [`missed    ${causes(missedCaused.length)}`, ...list("!", missedCaused)]),
    note,
  ];
}

function causes(number: number): string {
  return `${String(number)} that ${number === 1 ? "is" : "are"} known to have caused an incident`;
}

function list(mark: string, changes: readonly BacktestedChange[]): string[] {
  const lines = changes.slice(0, mostListed).map(({ change, title, causedIncident, why }) => {
    const after = [why, causedIncident ?? ""].filter((text) => text !== "").join(", ");
    return `  ${mark} ${[change, title].filter((text) => text !== "").join("  ")}${after === "" ? "" : `  (${after})`}`;
  });
  if (changes.length > mostListed) lines.push(`  ${mark} and ${String(changes.length - mostListed)} more`);
  return lines;
}
