import type { Component } from "../../api/components.ts";
import type { Control } from "../../control/control.ts";
import { componentStatuses } from "../component-status.ts";
import { componentOf, selectComponents, type ComponentRow } from "./component.ts";

/** The components of an environment in the order in which they are shown, each with the state that it is in. */
export async function listComponents(
  { control: { query } }: { control: Pick<Control, "query"> },
  { environment, publicOnly = false }: { environment: string; publicOnly?: boolean },
): Promise<Component[]> {
  const [rows, statuses] = await Promise.all([
    query<ComponentRow>(`${selectComponents} and c.environment = $1::text order by c.position, c.key`, [
      environment,
    ]),
    componentStatuses(query, { environment, publicOnly }),
  ]);
  return rows.map((row) => componentOf(row, statuses.get(row.id) ?? "operational"));
}
