import type { FindingCode } from "./finding.ts";

interface About {
  code: FindingCode;
  sqlstate: string | undefined;
  message: string;
  app: string;
  when: "after-change" | "before-change";
  /** Whether it only may happen. */
  isPossible: boolean;
}

/** What to do about a finding. */
export function hintFor(about: About): string {
  const { code, app, when } = about;
  if (when === "before-change") return `Deploy the structure before ${app}.`;
  const gone = `once no session of ${app} is left`;
  switch (code) {
    case "statement-breaks":
      return preparingHint(about, gone);
    case "cached-plan-breaks":
      return about.sqlstate === "0A000"
        ? "Sessions that prepared it before the change fail until they reconnect. Name the columns it returns, or change their types in a new column."
        : `Sessions that prepared it before the change fail until they reconnect. Keep what it was prepared with, and take it away ${gone}.`;
    case "result-changes":
      if (about.isPossible)
        return "Only clients that count columns or trust their lengths notice: let the statement name its columns.";
      return `Clients that were built for the old types or columns may fail. Put the new type in a new column, and drop the old one ${gone}.`;
    case "write-breaks":
      return writingHint(about, gone);
    default:
      return `Split the change, and take the old shape away ${gone}.`;
  }
}

function preparingHint({ sqlstate, message }: About, gone: string): string {
  switch (sqlstate) {
    case "42702":
    case "42725":
      return "Give what is added another name: the one that the statement says fits both now.";
    case "42883":
    case "42809":
      return `Keep what the statement calls or compares with beside the new one, and take it away ${gone}.`;
    case "42601":
      return "Let the statement name its columns first; the table keeps the ones that it has until then.";
    case "428C9":
      return `Let the application leave the column out first, or make it one that PostgreSQL fills ${gone}.`;
    case "22P02":
      return valueHint(message, gone);
    case "42804":
    case "42846":
      return `Put the new type in a new column, and drop the old one ${gone}.`;
    case "42501":
      return `Grant what the statement needs, or revoke it ${gone}.`;
    default:
      return `Split the change: keep the old shape beside the new one and take it away ${gone}.`;
  }
}

function writingHint({ sqlstate, message, app, isPossible }: About, gone: string): string {
  if (isPossible)
    return `See that ${app} never writes a value twice, or that it catches the error; then it is safe.`;
  switch (sqlstate) {
    case "23502":
      return `Give the column a default, or make it mandatory ${gone}.`;
    case "23514":
      return message.startsWith("no partition")
        ? `Keep a partition for such rows, if only the default one, and take it away ${gone}.`
        : constraintHint(gone);
    case "23001":
    case "23503":
    case "23505":
    case "23P01":
    case "44000":
      return constraintHint(gone);
    case "22001":
    case "22003":
      return `Let the application write what fits first, or narrow the column ${gone}.`;
    case "22P02":
      return valueHint(message, gone);
    case "21000":
      return `Keep what made the row the only one of its kind until ${app} is gone.`;
    case "22P04":
      return "Let COPY name its columns first: without a list, its lines must have what the table has.";
    case "42501":
      return message.includes("row-level security")
        ? `Let a policy pass what ${app} writes, and take it away ${gone}.`
        : `Grant what the statement needs, or revoke it ${gone}.`;
    case "42809":
      return `A view can be read and written, but not be loaded by COPY, emptied or locked: keep the table's name for the table until ${app} is gone.`;
    case "42P10":
      return `Keep a unique index on the columns that ON CONFLICT names, and drop it ${gone}.`;
    case "42703":
    case "42P01":
    case "42883":
      return "A function or trigger that it runs still names what is gone: put that right in the same change.";
    case "54001":
      return "Triggers call each other without an end: let them stop where nothing changes any more (is distinct from).";
    case "P0001":
      return `A trigger or function refuses it: let it pass what ${app} does, and refuse it ${gone}.`;
    default:
      return `Change the structure so that both versions can write, and narrow it ${gone}.`;
  }
}

function valueHint(message: string, gone: string): string {
  return message.includes("enum")
    ? `Keep the old value beside the new one, and take it away ${gone}.`
    : `Put the new type in a new column, and drop the old one ${gone}.`;
}

function constraintHint(gone: string): string {
  return `Add the constraint ${gone}, or let the application fit it first.`;
}
