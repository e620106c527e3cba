import type { CheckReport } from "./check-report.ts";

/** The verdict as it is named: warnings under a safe one are said at once. */
export function verdictName({ verdict, findings }: Pick<CheckReport, "verdict" | "findings">): string {
  const codes = new Set(findings.filter(({ severity }) => severity === "warning").map(({ code }) => code));
  return verdict === "safe" && codes.size > 0 ? "safe, with warnings" : verdict;
}

/** The verdict in one sentence. */
export function headline({ verdict, order, deploy, reasons, findings, workloads }: CheckReport): string {
  if (verdict === "unknown") {
    return reasons.length === 1 ? "one thing is missing to answer." : "some things are missing to answer.";
  }
  const hasNew = workloads.some(({ role }) => role === "new");
  if (verdict === "safe") {
    if (order === "any") return "structure and application can be deployed in any order.";
    if (deploy === "app-first") return "the application can be deployed before the structure.";
    return hasNew
      ? "the structure can be deployed before the application, and must be."
      : "the structure can be deployed under the versions that run now.";
  }
  const errors = findings.filter(({ severity }) => severity === "error");
  if (errors.length > 0 && errors.every(({ code }) => code === "blocks-traffic")) {
    const apps = [...new Set(errors.map(({ app }) => app ?? ""))].join(", ");
    return `every statement still runs, but those of ${apps} wait too long while the structure is deployed.`;
  }
  if (order === "split")
    return "structure and application can be deployed in neither order. Split the change.";
  if (order === "app-first") return "the structure can't be deployed before the application.";
  if (order === null) return "the structure can't be deployed under the versions that run now.";
  if (order === "schema-first" && deploy !== "schema-first") {
    return "the application can't be deployed before the structure.";
  }
  const changed = findings.filter(({ code, severity }) => code === "result-changes" && severity === "error");
  const apps = [...new Set(changed.map(({ app }) => app ?? ""))].join(", ");
  return `every statement still runs, but ${apps} gets or gives other types than it was built for.`;
}
