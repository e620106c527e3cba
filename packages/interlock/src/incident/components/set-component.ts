import type { Component, ComponentChange } from "../../api/components.ts";
import type { Caller } from "../../access/caller.ts";
import type { Control } from "../../control/control.ts";
import { requireEnvironment } from "../../gate/reach.ts";
import { notFound, notValid } from "../refused.ts";
import { canonicalScope, groupId } from "./check-group.ts";
import { findComponent, readComponent } from "./find-component.ts";

/**
 * Changes what is given of a component; what is left out stays. Throws `Failure` "not-found", "forbidden",
 * "scope-not-valid" or "input-not-valid".
 */
export async function setComponent(
  { control }: { control: Control },
  {
    environment,
    key,
    change,
    caller,
  }: { environment: string; key: string; change: ComponentChange; caller: Caller },
): Promise<Component> {
  requireEnvironment(caller, environment);
  return control.transact(async ({ query, audit, emit }) => {
    const known = await findComponent(query, { environment, key });
    const { group, scope, declares } = change;
    if (known.is_group && [group, scope, declares].some((given) => given !== undefined && given !== null)) {
      throw notValid(`${key} is a group.`, { next: "A group has no group, no scope and declares nothing." });
    }
    const written: Record<string, unknown> = {
      ...(change.names === undefined ? {} : { names: change.names }),
      ...(change.descriptions === undefined ? {} : { descriptions: change.descriptions }),
      ...(group === undefined ? {} : { parent: await groupId(query, { environment, group }) }),
      ...(change.position === undefined ? {} : { position: change.position }),
      ...(scope === undefined ? {} : { scope: canonicalScope(scope) }),
      ...(declares === undefined ? {} : { declares }),
      ...(change.isShown === undefined ? {} : { is_shown: change.isShown }),
      ...(change.onlyShowIfDegraded === undefined
        ? {}
        : { only_show_if_degraded: change.onlyShowIfDegraded }),
      ...(change.startDate === undefined ? {} : { start_date: change.startDate }),
    };
    const rows = await query(setSql, [known.id, JSON.stringify(written)]);
    if (rows.length === 0)
      throw notFound(`component ${key} in ${environment} any more`, "It was just removed.");
    audit({
      actor: caller.owner,
      action: "component.set",
      environment,
      subject: known.id,
      detail: { key, ...change },
    });
    emit({ kind: "component-changed", environment, subject: known.id, detail: { key, what: "set" } });
    return readComponent(query, { environment, key });
  });
}

// Members that are there, null included, take the place of what is; jsonb null is no SQL null for `declares`.
const setSql = `update interlock_control.components c
     set names = coalesce(given.names, c.names),
         descriptions = coalesce(given.descriptions, c.descriptions),
         parent = case when $2::jsonb ? 'parent' then given.parent else c.parent end,
         position = coalesce(given.position, c.position),
         scope = case when $2::jsonb ? 'scope' then given.scope else c.scope end,
         declares = case when $2::jsonb ? 'declares' then nullif(given.declares, 'null'::jsonb) else c.declares end,
         is_shown = coalesce(given.is_shown, c.is_shown),
         only_show_if_degraded = coalesce(given.only_show_if_degraded, c.only_show_if_degraded),
         start_date = case when $2::jsonb ? 'start_date' then given.start_date else c.start_date end,
         updated_at = clock_timestamp()
    from jsonb_to_record($2::jsonb) as given(names jsonb, descriptions jsonb, parent text, position integer,
         scope text, declares jsonb, is_shown boolean, only_show_if_degraded boolean, start_date date)
   where c.id = $1::text and c.removed_at is null
   returning c.id`;
