import type { CheckedWorkload } from "./check-report.ts";
import type { Finding } from "./finding.ts";

/** Findings that are named; of more only the number is told. */
const mostNamed = 5;

/**
 * Whether one version works on the other side of a change: an old one after it, a new one before it. Whatever is an
 * error stands against it, other types of parameters and results too: the version was built for those it had.
 */
export function fitOf(
  findings: readonly Finding[],
  { app, role, gaps }: { app: string; role: CheckedWorkload["role"]; gaps: readonly string[] },
): Pick<CheckedWorkload, "works" | "why"> {
  const when = role === "old" ? "after-change" : "before-change";
  const errors = findings.filter(
    (finding) => finding.app === app && finding.when === when && finding.severity === "error",
  );
  if (errors.length === 0) return { works: gaps.length === 0 ? "yes" : "unknown", why: gaps };
  const named = errors.slice(0, mostNamed).map(({ statement, sqlstate, message }) => {
    const code = sqlstate === undefined ? "" : `${sqlstate} `;
    return `${statement ?? "a statement"}: ${code}${message}`;
  });
  const more = errors.length - named.length;
  return { works: "no", why: more === 0 ? named : [...named, `and ${String(more)} more`] };
}
