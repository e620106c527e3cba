import type { Component } from "../../api/components.ts";
import type { Control } from "../../control/control.ts";
import { componentStatuses } from "../component-status.ts";
import { notFound, notValid } from "../refused.ts";
import { componentOf, selectComponents, type ComponentRow } from "./component.ts";

/** Components and groups of an environment at most: every list of them is one answer. */
export const mostComponents = 500;

/** A component by its key. Throws `Failure` "not-found". */
export async function findComponent(
  query: Control["query"],
  { environment, key }: { environment: string; key: string },
): Promise<ComponentRow> {
  const [row] = await query<ComponentRow>(
    `${selectComponents} and c.environment = $1::text and c.key = $2::text`,
    [environment, key],
  );
  if (row === undefined) throw componentNotFound(environment, [key]);
  return row;
}

/** A component as it goes over the wire, with the state that it is in. */
export async function readComponent(
  query: Control["query"],
  { environment, key }: { environment: string; key: string },
): Promise<Component> {
  const row = await findComponent(query, { environment, key });
  const statuses = await componentStatuses(query, { environment });
  return componentOf(row, statuses.get(row.id) ?? "operational");
}

/**
 * Components that something can happen to, by their keys, in that order. Throws `Failure` "not-found", or
 * "input-not-valid" for a group or for one that is named twice.
 */
export async function findComponents(
  query: Control["query"],
  { environment, keys }: { environment: string; keys: readonly string[] },
): Promise<ComponentRow[]> {
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) {
    throw notValid(`The component ${twice} is named twice.`, { next: "Say one thing of each component." });
  }
  // Until the end of the transaction nobody removes them.
  const rows = await query<ComponentRow>(
    `${selectComponents} and c.environment = $1::text and c.key = any ($2::text[]) for key share of c`,
    [environment, keys],
  );
  const byKey = new Map(rows.map((row) => [row.key, row]));
  const missing = keys.filter((key) => !byKey.has(key));
  if (missing.length > 0) throw componentNotFound(environment, missing);
  const group = rows.find((row) => row.is_group);
  if (group !== undefined) {
    throw notValid(`${group.key} is a group.`, { next: "Name the components of it that are meant." });
  }
  return keys.flatMap((key) => byKey.get(key) ?? []);
}

function componentNotFound(environment: string, keys: readonly string[]): Error {
  return notFound(
    `component ${keys.join(", ")} in ${environment}`,
    `See which there are: interlock component list --env ${environment}`,
  );
}
