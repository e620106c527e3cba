import type { Query } from "../environment/query.ts";
import { newId } from "../std/new-id.ts";
import { inOrder, rehearsalKey, type RehearsedVersions } from "./rehearsal-key.ts";

export interface AskedRehearsal {
  id: string;
  state: "waiting" | "running" | "done" | "failed";
}

/** The channel on which workers hear that there is something to rehearse. */
export const rehearsalsChannel = "interlock_control_rehearsals";

/**
 * Has a change rehearsed under these workloads, unless it was or is to be already. With `again` one that failed is
 * tried once more.
 */
export async function askRehearsal(
  query: Query,
  { change, versions, again = false }: { change: string; versions: RehearsedVersions; again?: boolean },
): Promise<AskedRehearsal> {
  const key = rehearsalKey(change, versions);
  const [made] = await query<AskedRehearsal>(
    `insert into interlock_control.rehearsals (id, change, key, old_versions, new_versions, state)
     values ($1::text, $2::text, $3::text, $4::jsonb, $5::jsonb, 'waiting')
     on conflict (key) do update set state = 'waiting', attempts = 0, failure = null, asked_at = clock_timestamp()
       where rehearsals.state = 'failed'
         and ($6::boolean or rehearsals.failure ->> 'code' = 'workload-replaced')
     returning id, state`,
    [
      newId("reh"),
      change,
      key,
      JSON.stringify(inOrder(versions.old)),
      JSON.stringify(inOrder(versions.new)),
      again,
    ],
  );
  if (made !== undefined) {
    await query("select pg_catalog.pg_notify($1::text, '')", [rehearsalsChannel]);
    return made;
  }
  const [known] = await query<AskedRehearsal>(
    "select id, state from interlock_control.rehearsals where key = $1::text",
    [key],
  );
  if (known === undefined) throw new Error("a rehearsal is never removed");
  return known;
}
