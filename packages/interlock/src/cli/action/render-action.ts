import type { Action } from "../../api/actions.ts";
import { renderBacktest } from "../render-rule.ts";
import type { ServerFlags } from "../server-client.ts";

/** An action in a few lines: what it answers to, whose it is, and what it does in the gate. */
export function renderAction(action: Action): string {
  const { reference, incident, kind, state, symptoms, texts, owner, dueAt, rule, backtest } = action;
  const lines = [
    `${reference}  ${kind}  ${state}  ${textOf(texts)}`,
    `  after     ${incident.reference} (${textOf(symptoms)})`,
    `  owner     ${owner}${dueAt === null ? "" : `, due ${dueAt}`}`,
  ];
  if (rule !== null) {
    const ends = rule.expiresAt === null ? "" : ` until ${rule.expiresAt}`;
    lines.push(
      `  gate      ${rule.kind} ${rule.state}: ${rule.scope}${ends}${rule.id === null ? "" : `  ${rule.id}`}`,
    );
    if (rule.kind !== "block") lines.push(`            ${JSON.stringify(rule.settings)}`);
    const { decisions, subjects, lastAt } = rule.refused;
    if (rule.id !== null && action.acceptedAt !== null) {
      const last = lastAt === null ? "" : `, last ${lastAt}`;
      lines.push(
        `  refused   ${String(decisions)} times, ${String(subjects)} ${subjects === 1 ? "change" : "changes"}${last}`,
      );
    }
  }
  if (state === "open" && backtest !== null && action.acceptedAt === null) {
    lines.push(...renderBacktest(backtest).map((line) => `  ${line}`));
    const who = kind === "rule" ? "somebody else reads it and accepts it" : "read it and accept it";
    lines.push(`  next      ${who}: interlock action accept ${reference} --backtest ${backtest.digest}`);
  }
  if (action.endedReason !== null)
    lines.push(`  ended     by ${action.endedBy ?? ""}: ${action.endedReason}`);
  return `${lines.join("\n")}\n`;
}

export function printAction({ json }: ServerFlags, action: Action): void {
  process.stdout.write(json ? `${JSON.stringify(action)}\n` : renderAction(action));
}

function textOf({ en, fr, it }: Action["texts"]): string {
  return en ?? fr ?? it ?? "";
}
