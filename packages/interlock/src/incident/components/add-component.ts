import type { Component, NewComponent } from "../../api/components.ts";
import type { Caller } from "../../access/caller.ts";
import type { Control } from "../../control/control.ts";
import { environmentNotFound } from "../../gate/environment-not-found.ts";
import { requireEnvironment } from "../../gate/reach.ts";
import { Failure } from "../../std/failure.ts";
import { newId } from "../../std/new-id.ts";
import { conflict, notValid } from "../refused.ts";
import { canonicalScope, groupId } from "./check-group.ts";
import { mostComponents, readComponent } from "./find-component.ts";

/**
 * Adds a component, or a group. Throws `Failure` "already-exists", "not-found", "forbidden", "scope-not-valid" or
 * "input-not-valid".
 */
export async function addComponent(
  { control }: { control: Control },
  { environment, component, caller }: { environment: string; component: NewComponent; caller: Caller },
): Promise<Component> {
  requireEnvironment(caller, environment);
  const { key, isGroup, group, declares } = component;
  if (isGroup && (group !== null || component.scope !== null || declares !== null)) {
    throw notValid("A group has no group, no scope and declares nothing.", {
      next: "Give those to its components.",
    });
  }
  const scope = canonicalScope(component.scope);
  return control.transact(async ({ query, audit, emit }) => {
    const [counted] = await query<{ components: number; last: number }>(countSql, [environment]);
    if (counted === undefined) throw environmentNotFound(environment);
    if (counted.components >= mostComponents) {
      throw conflict(`${environment} has ${String(mostComponents)} components already.`, {
        next: "Remove one that is no longer there: interlock component remove",
      });
    }
    const added = await query(addSql, [
      newId("cmp"),
      environment,
      key,
      JSON.stringify(component.names),
      JSON.stringify(component.descriptions),
      await groupId(query, { environment, group }),
      isGroup,
      component.position ?? Math.min(counted.last + 1, 10_000),
      scope,
      declares === null ? null : JSON.stringify(declares),
      component.isShown,
      component.onlyShowIfDegraded,
      component.startDate,
      caller.owner,
    ]);
    if (added.length === 0) throw alreadyThere(environment, key);
    const written = await readComponent(query, { environment, key });
    const detail = { key, names: component.names, group, isGroup, scope, declares };
    audit({ actor: caller.owner, action: "component.add", environment, subject: written.id, detail });
    emit({ kind: "component-changed", environment, subject: written.id, detail: { key, what: "added" } });
    return written;
  });
}

const countSql = `select (select count(*)::integer from interlock_control.components
           where environment = e.name and removed_at is null) as components,
         (select coalesce(max(position), -1) from interlock_control.components
           where environment = e.name and removed_at is null) as last
    from interlock_control.environments e where name = $1::text for no key update of e`;

const addSql = `insert into interlock_control.components
    (id, environment, key, names, descriptions, parent, is_group, position, scope, declares, is_shown,
     only_show_if_degraded, start_date, created_by)
  values ($1::text, $2::text, $3::text, $4::jsonb, $5::jsonb, $6::text, $7::boolean, $8::integer, $9::text,
          $10::jsonb, $11::boolean, $12::boolean, $13::date, $14::text)
  on conflict (environment, key) where removed_at is null do nothing
  returning id`;

function alreadyThere(environment: string, key: string): Failure {
  return new Failure({
    code: "already-exists",
    message: `${environment} has a component ${key} already.`,
    state: "Nothing was changed.",
    next: `Change it: interlock component set ${key} --env ${environment}`,
  });
}
