import type { Update } from "../../api/updates.ts";
import type { Control } from "../../control/control.ts";
import { notFound } from "../refused.ts";
import { readPageLanguage } from "../status-page/read-status-page.ts";
import { selectUpdates, updateOf, type UpdateRow } from "./update.ts";

/** An update by its id. Throws `Failure` "not-found". */
export async function findUpdate(query: Control["query"], update: string): Promise<UpdateRow> {
  const [row] = await query<UpdateRow>(`${selectUpdates} where u.id = $1::text`, [update]);
  if (row === undefined) {
    throw notFound(`update ${update}`, "See those of an incident: interlock incident show INC-…");
  }
  return row;
}

/** An update as it goes over the wire. Throws `Failure` "not-found". */
export async function readUpdate(query: Control["query"], update: string): Promise<Update> {
  return updateOf(await findUpdate(query, update), (await readPageLanguage(query)).locales);
}

/** The updates of an incident or a maintenance, by its id, by what they speak of, the latest first; 500 at most. */
export async function listUpdates(
  query: Control["query"],
  subject: { incident: string } | { maintenance: string },
): Promise<Update[]> {
  const { locales } = await readPageLanguage(query);
  const [column, id] =
    "incident" in subject
      ? (["incident", subject.incident] as const)
      : (["maintenance", subject.maintenance] as const);
  const rows = await query<UpdateRow>(
    `${selectUpdates} where u.${column} = $1::text order by u.occurred_at desc, u.created_at desc, u.id limit 500`,
    [id],
  );
  return rows.map((row) => updateOf(row, locales));
}
