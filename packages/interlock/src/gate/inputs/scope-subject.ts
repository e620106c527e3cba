import { appOf } from "../describe.ts";
import type { GateFacts } from "../facts.ts";
import { matchesScope } from "../scope/matches-scope.ts";
import { parseScope } from "../scope/parse-scope.ts";
import { scopeOrders, type ScopeOrder, type ScopeSubject } from "../scope/scope.ts";
import { changeAsked, versionAsked } from "./requested.ts";

/** What rules and incidents are held against. A change without an app of its own is every live app's. */
export function scopeSubject(facts: GateFacts): ScopeSubject {
  const { environment, versions } = facts;
  const version = versionAsked(facts);
  const asked = changeAsked(facts);
  if (version !== undefined || asked === undefined) {
    const apps = version === undefined ? [] : [appOf(version)];
    return { environment, apps, kinds: [], tables: [], orders: [], ways: [] };
  }
  const { appVersion, touches, order } = asked.change;
  return {
    environment,
    apps:
      appVersion === null
        ? [...new Set(versions.map((live) => appOf(live.appVersion)))]
        : [appOf(appVersion)],
    kinds: touches.kinds,
    tables: touches.tables,
    orders: ordersOf(order),
    ways: asked.to === "rollback" ? [] : [asked.to],
  };
}

/** A change that nobody has rehearsed may be of any order, and is held as if it were. */
export function ordersOf(order: ScopeOrder | null): readonly ScopeOrder[] {
  return order === null ? scopeOrders : [order];
}

/** Whether a stored scope takes a subject. One that can't be read any more takes everything, to be safe. */
export function takes(scope: string, subject: ScopeSubject): boolean {
  try {
    return matchesScope(parseScope(scope), subject);
  } catch {
    return true;
  }
}
