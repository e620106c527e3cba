import type { GateReason } from "../../api/gate.ts";
import type { DatabaseFact, GateFacts } from "../facts.ts";
import { unknown } from "../reason.ts";

/** What can't be seen: databases that are not there or don't answer, sessions that nobody can put a name to. */
export function observation(facts: GateFacts): GateReason[] {
  const { environment, databases, request } = facts;
  if (databases.length === 0) {
    return [
      unknown("no-database", {
        message: `${environment} has no database, so nothing is known of its structure.`,
        next: `interlock environment database add ${environment} NAME --url-from-env VARIABLE`,
      }),
    ];
  }
  return databases.flatMap((database) => [
    ...notObserved(database, environment),
    // A release leaves the structure as it is: whoever else is there notices nothing.
    ...(request.kind === "change" ? unidentified(database, environment) : []),
  ]);
}

/** Whether a database can be seen as it is now. */
export function isObserved({ observedAt, problem }: DatabaseFact): boolean {
  return observedAt !== null && problem === null;
}

function notObserved(database: DatabaseFact, environment: string): GateReason[] {
  if (isObserved(database)) return [];
  const { name, observedAt, problem } = database;
  return [
    unknown("database-not-observed", {
      message:
        problem === null
          ? `Database ${name} has not been looked at yet.`
          : `Database ${name} can't be looked at: ${problem}${observedAt === null ? "" : ` (last seen ${observedAt})`}.`,
      next: `See that it can be reached and that the user has the rights that it needs: interlock environment show ${environment}`,
      database: name,
    }),
  ];
}

function unidentified(database: DatabaseFact, environment: string): GateReason[] {
  return database.unidentified.map(({ applicationName, sessions }) => {
    const who =
      applicationName === ""
        ? "give no application_name"
        : `call themselves "${applicationName}", which is neither app@version nor a known tool`;
    return unknown("session-unidentified", {
      message: `${String(sessions)} ${sessions === 1 ? "session" : "sessions"} on ${database.name} ${who}: they may be an app that this would break.`,
      next:
        applicationName === ""
          ? "Give them the application_name app@version, in the connection URL or by PGAPPNAME."
          : `Give them the application_name app@version; or, if they are no app, name them: interlock environment tools ${environment} --add '${applicationName.replaceAll("'", "'\\''")}'`,
      database: database.name,
    });
  });
}
