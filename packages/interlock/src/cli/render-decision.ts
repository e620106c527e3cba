import { styleText } from "node:util";
import type { GateDecision, GateReason, Verdict } from "../api/gate.ts";
import { subjectOf } from "../gate/subject-of.ts";

type Style = Parameters<typeof styleText>[0];

const verdicts: Readonly<Record<Verdict, { word: string; style: Style }>> = {
  go: { word: "GO", style: ["green", "bold"] },
  blocked: { word: "BLOCKED", style: ["red", "bold"] },
  unknown: { word: "UNKNOWN", style: ["yellow", "bold"] },
};

const marks: Readonly<Record<GateReason["effect"], string>> = {
  blocks: "✗",
  unknown: "?",
  overridden: "~",
  note: "·",
};

/** A decision for a person: the verdict first, then each reason with what to do. */
export function renderDecision(decision: GateDecision, { colour }: { colour: boolean }): string {
  const { word, style } = verdicts[decision.verdict];
  const { request, environment, order, reasons, id } = decision;
  const what = request.kind === "change" ? `${subjectOf(request)} to ${request.to}` : subjectOf(request);
  const paint = (text: string, how: Style): string =>
    colour ? styleText(how, text, { validateStream: false }) : text;
  const lines = [
    `${paint(word, style)}  ${what} in ${environment}${order === null ? "" : ` (order ${order})`}`,
    "",
  ];
  for (const { effect, code, message, next } of reasons) {
    lines.push(`  ${marks[effect]} ${paint(code, "bold")}  ${message}`);
    if (effect !== "note" || next !== "") lines.push(`    next  ${next}`);
  }
  if (reasons.length === 0) lines.push("  Nothing stands against it.");
  lines.push("", `  decision  ${id}, ${decision.at}`);
  return `${lines.join("\n")}\n`;
}
