import type { MigrationFailure } from "../migration/apply.ts";
import { Failure } from "../std/failure.ts";
import { problemBehind } from "./change-failure.ts";
import { mayLack, type LeftOut } from "./left-out.ts";
import { exceedsLimit, refusedBySandbox } from "./problem.ts";
import type { FindingCode } from "./report/finding.ts";

/** Why a migration could not be rehearsed. */
export interface Obstacle {
  code: FindingCode;
  sqlstate: string | undefined;
  /** In one line, without the place. */
  message: string;
  hint: string;
  /** For the verdict: why nothing is known. */
  reason: string;
}

/** Tells what is wrong with a migration from what the rehearsal can't do. */
export function obstacleOf(failure: MigrationFailure, leftOut?: LeftOut): Obstacle {
  const problem = problemBehind(failure);
  const said = failure.message.replace(/^.*?:\d+: (?:[0-9A-Z]{5} )?/, "");
  const of = (code: FindingCode, { message = said, hint, reason }: Partial<Obstacle>): Obstacle => ({
    code,
    sqlstate: problem?.sqlstate,
    message,
    hint: hint ?? failure.next ?? "",
    reason: reason ?? "the migration does not apply to the baseline",
  });
  if (problem === undefined) return of("migration-does-not-apply", {});
  const extension = missing.exec(problem.message)?.[1];
  if (extension !== undefined) {
    return of("extension-missing", {
      message: `the rehearsal's server has no extension ${extension}: ${said}`,
      hint: waysAroundExtension(extension),
      reason: `extension ${extension} is missing where it was rehearsed`,
    });
  }
  if (leftOut !== undefined && mayLack(problem)) {
    return of("extension-missing", {
      message: `it may need what --stub-extension ${leftOut.extensions.join(" ")} leaves out: ${said}`,
      hint: "Rehearse on a server that has the extension: --shadow URL.",
      reason: "the migration needs an extension that was left out",
    });
  }
  const forbidden = forbiddenExtension.exec(problem.message)?.[1];
  if (forbidden !== undefined) {
    return of("refused-by-sandbox", {
      message: `the rehearsal doesn't allow extension ${forbidden}: ${said}`,
      hint: waysAroundExtension(forbidden),
      reason: `the rehearsal does not allow extension ${forbidden}`,
    });
  }
  if (problem.message.startsWith("COPY from stdin failed")) {
    return of("migration-does-not-apply", {
      message: "a COPY from stdin has no rows that could be sent",
      hint: "The rows behind it are psql's way to send them, no SQL. Insert them with INSERT.",
    });
  }
  if (exceedsLimit(problem)) {
    return of("exceeds-limit", {
      message: `the statement ran into a limit of the rehearsal: ${said}`,
      hint: wholeRehearsal.test(problem.message)
        ? "Give it longer, such as --time-limit 30m, or check fewer files at a time. A limit is no verdict on production."
        : "See what the statement does there, on a few rows. A limit is no verdict on production.",
      reason: "a statement of the migration ran into a limit of the rehearsal",
    });
  }
  if (refusedBySandbox(problem)) {
    return of("refused-by-sandbox", {
      message: `the rehearsal doesn't allow this: ${said}`,
      hint: "It runs as a role without rights beyond its database. Put what needs more (roles, files, settings of the server) into a file that is not checked.",
      reason: "the rehearsal does not allow a statement of the migration",
    });
  }
  return of("migration-does-not-apply", {});
}

/** The failure of a baseline, for whoever can't be given a report. */
export function baselineFailure(failure: MigrationFailure): Failure {
  const { code, message, hint } = obstacleOf(failure);
  if (code === "migration-does-not-apply") return failure;
  return new Failure({
    code,
    message: `${failure.path}:${String(failure.line)}: ${message}`,
    ...(failure.why === undefined ? {} : { why: failure.why }),
    ...(failure.state === undefined ? {} : { state: failure.state }),
    next: hint,
    cause: failure,
  });
}

function waysAroundExtension(extension: string): string {
  return `Leave it out with --stub-extension ${extension}, or rehearse on a server that has it with --shadow URL.`;
}

/** PostgreSQL has no SQLSTATE of its own for these. */
const missing = /^extension "(.*)" is not available$/s;
/** As the overseer says it. */
const wholeRehearsal = /the whole rehearsal may take/;
const forbiddenExtension = /^permission denied to create extension "(.*)"$/s;
