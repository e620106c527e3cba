import type { FindingCode } from "./finding.ts";

/** What to do about a finding. */
export function hintFor({
  code,
  sqlstate,
  app,
  when,
}: {
  code: FindingCode;
  sqlstate: string | undefined;
  app: string;
  when: "after-change" | "before-change";
}): string {
  if (when === "before-change") return `Deploy the structure before ${app}.`;
  const gone = `once no session of ${app} is left`;
  switch (code) {
    case "statement-breaks":
      return `Split the change: keep the old shape beside the new one and take it away ${gone}.`;
    case "cached-plan-breaks":
      return `Sessions that prepared it before the change fail until they reconnect. Name the columns it returns, or change their types in a new column.`;
    case "result-changes":
      return `Clients that were built for the old types or columns may fail. Put the new type in a new column, and drop the old one ${gone}.`;
    case "write-breaks":
      return writeHint(sqlstate, gone);
    default:
      return `Split the change, and take the old shape away ${gone}.`;
  }
}

function writeHint(sqlstate: string | undefined, gone: string): string {
  switch (sqlstate) {
    case "23502":
      return `Give the column a default, or make it mandatory ${gone}.`;
    case "23514":
    case "23503":
    case "23505":
    case "23P01":
      return `Add the constraint ${gone}, or let the application fit it first.`;
    case "42501":
      return `Grant what the statement needs, or revoke it ${gone}.`;
    case "42P10":
      return `Keep a unique index on the columns that ON CONFLICT names, and drop it ${gone}.`;
    default:
      return `Change the structure so that both versions can write, and narrow it ${gone}.`;
  }
}
