import type { GateDecision } from "../../api/gate.ts";

/** GitHub takes 1,024 characters. */
const longest = 1_024;

/** What is told to GitHub, in Markdown: the verdict and every reason that stands against a go, with what to do. */
export function commentOf(decisions: readonly GateDecision[]): string {
  const lines = decisions.flatMap((decision) => [headline(decision), ...reasons(decision)]);
  return cut(lines.join("\n"));
}

function headline({ id, verdict, environment, request }: GateDecision): string {
  const what = request.kind === "release" ? `${request.app}@${request.version}` : request.change;
  return `**Interlock: ${verdict}** for ${plain(what)} in ${plain(environment)} (${id})`;
}

function reasons(decision: GateDecision): string[] {
  return decision.reasons
    .filter(({ effect }) => effect !== "note")
    .map(({ code, effect, message, next }) => `- ${code} (${effect}): ${plain(message)} ${plain(next)}`);
}

/** Cuts between characters, not within one of two halves. */
export function cut(text: string): string {
  if (text.length <= longest) return text;
  const kept = text.slice(0, longest - 1);
  return `${kept.replace(/[\uD800-\uDBFF]$/u, "")}…`;
}

/** Names come from sessions and migrations, and may be written to look like something else in Markdown. */
export function plain(text: string): string {
  return (
    text
      .replaceAll(/[\\`*_[\]<>|#!]/g, String.raw`\$&`)
      .replaceAll(/\s+/g, " ")
      // Nobody is called in because of a name: a mention begins after a space.
      .replaceAll(/(^| )@/g, "$1@\u200B")
  );
}
