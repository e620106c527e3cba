import type { Localised } from "../../api/localised.ts";
import { readPublishedPostmortem } from "../../postmortem/read-document.ts";
import type { PagePostmortem } from "../page-model.ts";
import type { Around } from "./read-page-model.ts";

/** The published post-mortems of the environment, by incident. */
export async function readPostmortems({
  query,
  environment,
}: Around): Promise<ReadonlyMap<string, PagePostmortem>> {
  const rows = await query<{ incident: string }>(publishedSql, [environment]);
  const postmortems = new Map<string, PagePostmortem>();
  for (const { incident } of rows) {
    const published = await readPublishedPostmortem(query, incident);
    if (published === null) continue;
    const { publishedAt, editedAt, documents } = published;
    const html: Localised = Object.fromEntries(documents.map((document) => [document.locale, document.html]));
    postmortems.set(incident, { publishedAt, editedAt, html });
  }
  return postmortems;
}

const publishedSql = `
select p.incident
  from interlock_control.postmortems p
  join interlock_control.incidents i on i.id = p.incident
 where i.environment = $1::text and p.state = 'published'
 order by i.number`;
