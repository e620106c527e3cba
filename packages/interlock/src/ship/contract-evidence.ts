import type { Client } from "pg";
import type { ContractWait, ReleaseEvidence } from "./contract-wait.ts";
import { findUnproved } from "./find-unproved.ts";
import type { ChangeRecord } from "./journal-record.ts";
import { findLiveVersions, leavingVersions } from "./live-versions.ts";
import type { StatementReading } from "./read-statements.ts";
import type { LiveVersion } from "./ship-event.ts";
import { stillRunning, type StatementWatch } from "./statement-watch.ts";
import { describeLiveVersion } from "./versions-gone.ts";

/** What is known at one moment of who still needs what contract takes away. */
export interface ContractEvidence {
  versions: LiveVersion[];
  waits: ContractWait[];
}

/** Sessions of old versions, and of versions that nothing was proved about; the latter a server judges, where one is asked. */
export async function sessionEvidence(
  client: Client,
  { plan }: Pick<ChangeRecord, "plan">,
  { hasServer }: { hasServer: boolean },
): Promise<ContractEvidence> {
  const versions = await findLiveVersions(client, leavingVersions(plan));
  const unproved = hasServer ? [] : await findUnproved(client, plan);
  return {
    versions: [...versions, ...unproved],
    waits: [
      ...versions.map((version) => sessionWait("session", version)),
      ...unproved.map((version) => sessionWait("unproved", version)),
    ],
  };
}

function sessionWait(kind: "session" | "unproved", version: LiveVersion): ContractWait {
  const what = describeLiveVersion(version);
  return {
    kind,
    who: version.appVersion,
    what: kind === "session" ? what : `${what}, which the plan was not proved with`,
    since: version.since,
  };
}

/** Statements that contract would break and that ran in the last `quietMs`, or may have. */
export function statementWaits(watch: StatementWatch, quietMs: number): ContractWait[] {
  return stillRunning(watch, quietMs).map(({ statement, since }) => {
    const { named, role, sql, because, calledAt } = statement;
    const seen =
      calledAt === null
        ? `is in the statistics, which are watched since ${since} only`
        : `was called between two looks, the last of them at ${since}`;
    return {
      kind: "statement",
      who: named ?? role,
      what:
        named === null
          ? `an unknown statement of role ${role} that names ${because} ${seen}: ${sql}`
          : `${named}, which contract breaks (${because}), ${seen}; role ${role}: ${sql}`,
      since,
    };
  });
}

/** What the evidence is, in sentences for the journal. */
export function describeGrounds({
  plan,
  reading,
  watch,
  releases,
}: {
  plan: ChangeRecord["plan"];
  reading: StatementReading | undefined;
  watch: StatementWatch | undefined;
  releases: ReleaseEvidence | undefined;
}): string[] {
  const leaving = leavingVersions(plan);
  return [
    leaving.length === 0
      ? "No version has to go before contract."
      : `Sessions: none of ${leaving.join(", ")} (application_name).`,
    ...describeStatements(reading, watch),
    releases?.said ?? "Releases: no server was asked whether the new version is fully released.",
  ];
}

function describeStatements(
  reading: StatementReading | undefined,
  watch: StatementWatch | undefined,
): string[] {
  if (reading === undefined) return ["Statements: contract breaks none that is known."];
  if ("missing" in reading) return [`Statements: not looked at. ${reading.missing}`];
  if (watch === undefined) return [];
  const { beganAt, lookedAt, hasGaps, statements } = watch;
  return [
    statements.length === 0
      ? `Statements: pg_stat_statements has none that contract would break${watch.resetAt === null ? "" : `, since ${watch.resetAt}`}.`
      : `Statements: of ${String(statements.length)} that contract would break, none ran lately; watched from ${beganAt} to ${lookedAt}.`,
    ...(hasGaps
      ? ["pg_stat_statements dropped entries meanwhile: a rare statement may not have been seen."]
      : []),
    ...(reading.hidden > 0
      ? [
          `${String(reading.hidden)} statements of other roles could not be seen: grant pg_monitor to the role that ships.`,
        ]
      : []),
  ];
}
