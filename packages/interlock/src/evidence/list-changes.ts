import type { Change } from "../api/changes.ts";
import type { Query } from "../environment/query.ts";
import { changeColumns, changeOf, type ChangeRow } from "./change.ts";

/** Changes, the newest first; with `isOpen` only those that were not closed. */
export async function listChanges(
  query: Query,
  { isOpen, limit }: { isOpen: boolean; limit: number },
): Promise<Change[]> {
  const rows = await query<ChangeRow>(
    `select ${changeColumns} from interlock_control.changes
      where not $1::boolean or closed_at is null order by created_at desc, id limit $2::integer`,
    [isOpen, limit],
  );
  return rows.map(changeOf);
}
