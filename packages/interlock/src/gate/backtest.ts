import { createHash } from "node:crypto";
import type { Backtest, BacktestedChange, FreezeSchedule, SizeLimit } from "../api/rules.ts";
import { approvalSettingsSchema, freezeSettingsSchema, sizeLimitSchema } from "../api/rules.ts";
import { canonicalJson } from "../std/canonical-json.ts";
import { appOf } from "./describe.ts";
import type { RuleFact, Touches } from "./facts.ts";
import { ordersOf } from "./inputs/scope-subject.ts";
import { overLimit } from "./inputs/size-limits.ts";
import { windowAt } from "./schedule/schedule.ts";
import { matchesScope } from "./scope/matches-scope.ts";
import { parseScope } from "./scope/parse-scope.ts";
import type { ScopeOrder, ScopeWay } from "./scope/scope.ts";

/** A change of the past, as far as rules look at it. */
export interface PastChange {
  change: string;
  title: string;
  author: string;
  appVersion: string | null;
  touches: Touches;
  /** ISO 8601. */
  createdAt: string;
  causedIncident: string | null;
  /** Where it was shipped to, or would have been. */
  environments: string[];
  /** What its last rehearsal showed; null where none did. */
  order: ScopeOrder | null;
  /** Whether it ever went by a plan; one that did not may have gone as it is, or by one. */
  wasShipped: boolean;
  /** Those who have ever approved it, with their roles. */
  approvals: { approver: string; role: string }[];
}

/** The part of a rule that decides what it holds back. */
export type BacktestedRule = Pick<RuleFact, "kind" | "scope" | "settings">;

/**
 * What a rule would have done to the changes of the past: which it would have held back, of those the ones that
 * caused an incident and the good ones, and which that caused one it would have let through. Pure. Throws `Failure`
 * "scope-not-valid".
 */
export function backtest(rule: BacktestedRule, past: readonly PastChange[]): Backtest {
  // A change without an app of its own may be any app's.
  const apps = [
    ...new Set(past.flatMap(({ appVersion }) => (appVersion === null ? [] : [appOf(appVersion)]))),
  ];
  const stopped = past.flatMap((change) => {
    const why = wouldStop(rule, change, apps);
    return why === undefined ? [] : [{ change, why }];
  });
  const isStopped = new Set(stopped.map(({ change }) => change.change));
  const caused = past.filter(({ causedIncident }) => causedIncident !== null);
  const shown = stopped.map(({ change, why }) => show(change, why));
  return {
    digest: digestOf(rule, past),
    changes: past.length,
    caused: caused.length,
    stoppedCaused: shown.filter(({ causedIncident }) => causedIncident !== null),
    stoppedGood: shown.filter(({ causedIncident }) => causedIncident === null),
    missedCaused: caused.filter(({ change }) => !isStopped.has(change)).map((change) => show(change, "")),
    note: noteOf(rule, past),
  };
}

function wouldStop(
  rule: BacktestedRule,
  change: PastChange,
  knownApps: readonly string[],
): string | undefined {
  const scope = parseScope(rule.scope);
  const apps = change.appVersion === null ? knownApps : [appOf(change.appVersion)];
  const { kinds, tables } = change.touches;
  const orders = ordersOf(change.order);
  const ways: readonly ScopeWay[] = change.wasShipped
    ? ["expand", "contract"]
    : ["structure", "expand", "contract"];
  const environment = change.environments.find((name) =>
    matchesScope(scope, { environment: name, apps, kinds, tables, orders, ways }),
  );
  if (environment === undefined) return undefined;
  switch (rule.kind) {
    case "block":
      return `in its scope, for ${environment}`;
    case "freeze":
      return duringFreeze(freezeSettingsSchema.parse(rule.settings).schedule, change);
    case "size-limit":
      return tooLarge(sizeLimitSchema.parse(rule.settings), change);
    case "approval":
      return notApproved(rule.settings, change);
    default:
      return rule.kind satisfies never;
  }
}

function duringFreeze(schedule: FreezeSchedule, { createdAt }: PastChange): string | undefined {
  return windowAt(schedule, new Date(createdAt)) === undefined ? undefined : `it came at ${createdAt}`;
}

function tooLarge(limits: SizeLimit, { touches }: PastChange): string | undefined {
  const over = overLimit(touches, limits);
  return over.length === 0 ? undefined : over.join(", ");
}

function notApproved(settings: unknown, { author, approvals }: PastChange): string | undefined {
  const { count, roles } = approvalSettingsSchema.parse(settings);
  const approvers = new Set(
    approvals
      .filter(
        ({ approver, role }) =>
          approver !== author && (roles === undefined || roles.some((one) => one === role)),
      )
      .map(({ approver }) => approver),
  );
  return approvers.size >= count ? undefined : `${String(approvers.size)} of ${String(count)} approvals`;
}

function show({ change, title, createdAt, causedIncident }: PastChange, why: string): BacktestedChange {
  return { change, title, createdAt, causedIncident, why };
}

/** Of the rule and of what it was held against: one more change, one more known cause or order, and it is another. */
function digestOf({ kind, scope, settings }: BacktestedRule, past: readonly PastChange[]): string {
  const changes = past.map(({ change, causedIncident, order }) => ({ change, causedIncident, order }));
  return createHash("sha256").update(canonicalJson({ kind, scope, settings, changes })).digest("hex");
}

function noteOf({ kind }: BacktestedRule, past: readonly PastChange[]): string {
  if (past.length === 0) return "There are no changes of the past to hold it against.";
  switch (kind) {
    case "freeze":
      return "Held against the moments at which the changes were pushed.";
    case "size-limit":
      return "Tables that are written anew count as far as rehearsals have shown them.";
    case "approval":
      return "Nobody was asked for approvals that no rule wanted, so most of the past has none.";
    case "block":
      return "Held against what each change does and where it was shipped to.";
    default:
      return kind satisfies never;
  }
}
