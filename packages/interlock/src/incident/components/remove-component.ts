import type { Component } from "../../api/components.ts";
import type { Caller } from "../../access/caller.ts";
import type { Control } from "../../control/control.ts";
import { requireEnvironment } from "../../gate/reach.ts";
import { Failure } from "../../std/failure.ts";
import { notFound } from "../refused.ts";
import { readComponent } from "./find-component.ts";

/**
 * Takes a component off the page; its history stays with the incidents that it had. Throws `Failure` "not-found",
 * "forbidden", or "in-use" while something open does something to it or it is a group with components.
 */
export async function removeComponent(
  { control }: { control: Control },
  { environment, key, caller }: { environment: string; key: string; caller: Caller },
): Promise<Component> {
  requireEnvironment(caller, environment);
  return control.transact(async ({ query, audit, emit }) => {
    const known = await readComponent(query, { environment, key });
    // Whoever refers to it holds a key share lock until the transaction ends: that is waited for, then seen.
    await query("select from interlock_control.components where id = $1::text for update", [known.id]);
    const [used] = await query<{ by: string | null }>(usedSql, [known.id]);
    if (typeof used?.by === "string") throw inUse(key, used.by);
    const rows = await query(
      `update interlock_control.components set removed_at = clock_timestamp(), updated_at = clock_timestamp()
        where id = $1::text and removed_at is null returning id`,
      [known.id],
    );
    if (rows.length === 0)
      throw notFound(`component ${key} in ${environment} any more`, "It was just removed.");
    audit({
      actor: caller.owner,
      action: "component.remove",
      environment,
      subject: known.id,
      detail: { key },
    });
    emit({ kind: "component-changed", environment, subject: known.id, detail: { key, what: "removed" } });
    return known;
  });
}

const usedSql = `select coalesce(
    (select 'INC-' || i.number from interlock_control.component_impacts p
       join interlock_control.incidents i on i.id = p.incident
      where p.component = $1::text and i.closed_at is null limit 1),
    (select 'MNT-' || m.number from interlock_control.component_impacts p
       join interlock_control.maintenances m on m.id = p.maintenance
      where p.component = $1::text and m.status in ('scheduled', 'in_progress', 'verifying') limit 1),
    (select 'the component ' || c.key from interlock_control.components c
      where c.parent = $1::text and c.removed_at is null limit 1)) as by`;

function inUse(key: string, by: string): Failure {
  return new Failure({
    code: "in-use",
    message: `The component ${key} can't be removed now.`,
    why: `${by} refers to it.`,
    state: "Nothing was changed.",
    next: "End that first, or hide the component: interlock component set --hide",
  });
}
