import type { Client } from "pg";
import { hasTable } from "../ship/own-schema.ts";
import { guardTriggers, watchTriggers } from "./event-triggers.ts";
import { passOf, type GuardPass, type PassRow } from "./open-guard.ts";

export interface GuardStatus {
  /** `broken`: it was turned on, and event triggers are missing or disabled: not everything is refused. */
  guard: "on" | "off" | "broken" | "not-installed";
  since: Date | null;
  setBy: string | null;
  reason: string | null;
  refusesGrants: boolean;
  exceptedRoles: string[];
  /** Whether structural changes are logged and told of. */
  watch: "on" | "off";
  /** Event triggers that are missing or disabled. */
  missing: string[];
  passes: GuardPass[];
}

interface StateRow {
  is_on: boolean;
  at: Date;
  set_by: string;
  reason: string | null;
  refuses_grants: boolean;
  excepted_roles: string[];
}

/** How the guard of a database is, from what is really there. Reading it takes the right to use schema interlock. */
export async function guardStatus(client: Client): Promise<GuardStatus> {
  const enabled = await enabledTriggers(client);
  const without = (triggers: readonly { name: string }[]): string[] =>
    triggers.map(({ name }) => name).filter((name) => !enabled.has(name));
  const watch = without(watchTriggers).length === 0 ? "on" : "off";
  const installed = await hasTable(client, "guard_states");
  const state = installed ? await lastState(client) : undefined;
  if (state === undefined) {
    const nothing = { since: null, setBy: null, reason: null, refusesGrants: false, exceptedRoles: [] };
    return { guard: "not-installed", ...nothing, watch, missing: without(watchTriggers), passes: [] };
  }
  const missing = without([...(state.is_on ? guardTriggers : []), ...watchTriggers]);
  const guardMissing = state.is_on && without(guardTriggers).length > 0;
  return {
    guard: guardMissing ? "broken" : state.is_on ? "on" : "off",
    since: state.at,
    setBy: state.set_by,
    reason: state.reason,
    refusesGrants: state.refuses_grants,
    exceptedRoles: state.excepted_roles,
    watch,
    missing,
    passes: await openPasses(client),
  };
}

async function enabledTriggers(client: Client): Promise<Set<string>> {
  const { rows } = await client.query<{ name: string }>(
    "select evtname as name from pg_catalog.pg_event_trigger where evtname like 'interlock%' and evtenabled in ('O', 'A')",
  );
  return new Set(rows.map(({ name }) => name));
}

async function lastState(client: Client): Promise<StateRow | undefined> {
  const { rows } = await client.query<StateRow>(
    `select is_on, at, set_by, reason, refuses_grants, excepted_roles
       from interlock.guard_states order by number desc limit 1`,
  );
  return rows[0];
}

async function openPasses(client: Client): Promise<GuardPass[]> {
  const { rows } = await client.query<PassRow>(
    `select number, role, reason, opened_at, opened_by, valid_until from interlock.guard_passes
      where closed_at is null and valid_until > pg_catalog.clock_timestamp() order by number`,
  );
  return rows.map(passOf);
}
