import type { CulpritReason } from "../../api/culprits.ts";
import { matchesPattern } from "../../gate/scope/parse-scope.ts";
import type { Candidate, TroubleFacts } from "./facts.ts";
import { namesIn, sqlstatesIn } from "./names-in.ts";

/** Reasons of one kind that are told at most. */
const mostTold = 3;

/** Why a change may have caused a trouble. */
export function evidenceAgainst(candidate: Candidate, trouble: TroubleFacts): CulpritReason[] {
  return [
    ...namedByAlarm(candidate, trouble),
    ...inStatements(candidate, trouble),
    ...inErrors(candidate, trouble),
    ...partialDeployments(candidate, trouble),
    ...ofVersion(candidate, trouble),
    ...circumstances(candidate, trouble),
  ];
}

function reason(kind: CulpritReason["kind"], isEvidence: boolean, text: string): CulpritReason {
  return { kind, isEvidence, text };
}

function namedByAlarm({ ddl }: Candidate, { named, broken }: TroubleFacts): CulpritReason[] {
  if (!ddl.some((key) => named.includes(key))) return [];
  const versions = [...new Set(broken.map(({ appVersion }) => appVersion))].join(", ");
  const whose = versions === "" ? "a live version" : versions;
  return [reason("alarm-names-it", true, `statements of ${whose} do not prepare since it was made`)];
}

function inStatements({ names, databases }: Candidate, { broken }: TroubleFacts): CulpritReason[] {
  return broken
    .filter(({ database }) => databases.includes(database))
    .flatMap(({ name, sqlstate, message, appVersion }) => {
      const shared = [...namesIn(message)].filter((one) => names.has(one));
      if (shared.length === 0) return [];
      return [reason("broken-statement", true, `${name} of ${appVersion}: ${sqlstate} ${message}`)];
    })
    .slice(0, mostTold);
}

function inErrors(candidate: Candidate, { errors, broken }: TroubleFacts): CulpritReason[] {
  const { names, kind, databases, ddl } = candidate;
  if (kind === "release") return [];
  const told = errors
    .filter((text) => [...namesIn(text)].some((one) => names.has(one)))
    .slice(0, mostTold)
    .map((text) => reason("error-text", true, `what was seen names what it changed: ${shortened(text)}`));
  // A SQLSTATE alone says nothing of which change: only where this one is what broke statements with it.
  const own = broken.filter(
    ({ message, database }) =>
      databases.includes(database) && [...namesIn(message)].some((one) => names.has(one)),
  );
  const states = new Set(own.map(({ sqlstate }) => sqlstate));
  const same = errors.find((text) => [...sqlstatesIn(text)].some((one) => states.has(one)));
  if (same === undefined || ddl.length === 0) return told;
  return [...told, reason("same-sqlstate", true, `the same SQLSTATE was seen: ${shortened(same)}`)];
}

function partialDeployments(
  { kind, databases, at, tables, names }: Candidate,
  { partial, broken }: TroubleFacts,
): CulpritReason[] {
  if (kind === "release" || (tables.length === 0 && names.size === 0)) return [];
  return partial
    .filter(({ database, beganAt }) => databases.includes(database) && beganAt >= at)
    .filter(({ database, appVersion, why }) => {
      const own = broken.filter((one) => one.database === database && one.appVersion === appVersion);
      const said = [why, ...own.map(({ message }) => message)].join(" ");
      return [...namesIn(said)].some((one) => names.has(one)) || tables.some((table) => said.includes(table));
    })
    .slice(0, mostTold)
    .map(({ database, appVersion, why }) =>
      reason(
        "partial-deployment",
        true,
        `${appVersion} does not work on ${database} since: ${shortened(why)}`,
      ),
    );
}

function ofVersion({ appVersion }: Candidate, { broken, errors }: TroubleFacts): CulpritReason[] {
  if (appVersion === null) return [];
  const own = broken.filter((one) => one.appVersion === appVersion).slice(0, mostTold);
  const named = errors.filter((text) => text.includes(appVersion)).slice(0, 1);
  return [
    ...own.map(({ name, database, sqlstate, message }) =>
      reason("version-broken", true, `${name} does not prepare on ${database}: ${sqlstate} ${message}`),
    ),
    ...named.map((text) =>
      reason("version-named", true, `what was seen names ${appVersion}: ${shortened(text)}`),
    ),
  ];
}

/** What makes it likelier, and proves nothing. */
function circumstances(candidate: Candidate, { tables, apps, startedAt }: TroubleFacts): CulpritReason[] {
  const shared = candidate.tables.filter((table) => tables.some((pattern) => isTable(pattern, table)));
  const app = candidate.apps.find((one) => apps.some((pattern) => matchesPattern(pattern, one)));
  const beforeMs = startedAt.getTime() - candidate.at.getTime();
  return [
    ...(shared.length === 0
      ? []
      : [
          reason(
            "same-table",
            false,
            `it touched ${shared.slice(0, mostTold).join(", ")}, which the affected service uses`,
          ),
        ]),
    ...(app === undefined
      ? []
      : [reason("same-app", false, `it is about ${app}, which the affected service is`)]),
    ...candidate.overrides
      .slice(0, mostTold)
      .map(({ by, reason: why }) =>
        reason("override", false, `${by} set rules aside for it: ${shortened(why)}`),
      ),
    ...(candidate.pastGate === undefined ? [] : [reason("past-the-gate", false, candidate.pastGate)]),
    reason("time", false, beforeText(beforeMs)),
  ];
}

function isTable(pattern: string, table: string): boolean {
  const plain = pattern.replaceAll('"', "");
  return matchesPattern(plain, table) || matchesPattern(plain, table.replace(/^[^.]*\./, ""));
}

function beforeText(beforeMs: number): string {
  const seconds = Math.max(0, Math.round(beforeMs / 1_000));
  if (seconds < 120) return `it was made ${String(seconds)} s before the start`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120
    ? `it was made ${String(minutes)} min before the start`
    : `it was made ${String(Math.round(minutes / 60))} h before the start`;
}

function shortened(text: string): string {
  const plain = text.replaceAll(/\s+/g, " ").trim();
  return plain.length > 200 ? `${plain.slice(0, 200)}…` : plain;
}
