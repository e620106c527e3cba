import type { Control } from "../../control/control.ts";

/** What a telling or a delivery is about. */
export interface Subject {
  kind: string;
  subject: string;
  revision: number;
}

/** As one text, to keep in maps. */
export function keyOf({ kind, subject, revision }: Subject): string {
  return `${kind} ${subject} ${String(revision)}`;
}

/**
 * Of subjects that wait to be told: why they no longer are, by key; what is to be told is not in it. An update that
 * was withdrawn, that has a later revision (which is told instead), whose incident was merged into another one or is
 * no longer public.
 */
export async function findFallen(
  query: Control["query"],
  subjects: readonly Subject[],
): Promise<Map<string, string>> {
  const told = [...new Map(subjects.map((subject) => [keyOf(subject), subject])).values()];
  const fallen = new Map<string, string>();
  const updates = told.filter(({ kind }) => kind === "update");
  const postmortems = told.filter(({ kind }) => kind === "postmortem");
  if (updates.length > 0) {
    const ids = updates.map(({ subject }) => subject);
    const rows = await query<UpdateRow>(updatesSql, [ids]);
    const byId = new Map(rows.map((row) => [row.id, row]));
    for (const subject of updates) {
      const why = whyFallen(subject, byId.get(subject.subject));
      if (why !== undefined) fallen.set(keyOf(subject), why);
    }
  }
  if (postmortems.length > 0) {
    const rows = await query<{ id: string }>(postmortemsSql, [postmortems.map(({ subject }) => subject)]);
    const standing = new Set(rows.map(({ id }) => id));
    for (const subject of postmortems) {
      if (!standing.has(subject.subject)) fallen.set(keyOf(subject), "withdrawn");
    }
  }
  return fallen;
}

interface UpdateRow {
  id: string;
  state: string;
  revision: number;
  is_public: boolean;
  is_merged: boolean;
}

const updatesSql = `select u.id, u.state, u.revision, coalesce(i.is_public, m.is_public) as is_public,
         i.merged_into is not null as is_merged
    from interlock_control.updates u
    left join interlock_control.incidents i on i.id = u.incident
    left join interlock_control.maintenances m on m.id = u.maintenance
   where u.id = any($1::text[])`;

const postmortemsSql = `select q.id from interlock_control.postmortems q
    join interlock_control.incidents i on i.id = q.incident and i.is_public
   where q.id = any($1::text[]) and q.state = 'published'`;

function whyFallen({ revision }: Subject, row: UpdateRow | undefined): string | undefined {
  if (row === undefined || row.state !== "published") return "withdrawn";
  if (row.is_merged) return "merged";
  if (!row.is_public) return "not-public";
  return row.revision > revision ? "replaced" : undefined;
}
