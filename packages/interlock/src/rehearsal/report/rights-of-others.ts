import { lastPart } from "../../sql/last-part.ts";
import { firstFew } from "../../std/first-few.ts";
import { appVersion } from "../../workload/workload.ts";
import type { Rehearsal, WorkloadResult } from "../rehearsal.ts";
import { takenRights } from "./taken-rights.ts";

/**
 * Why it is not known whether a workload works after a change of rights. Statements are tried as the owner of what they
 * use, and whoever connects in production may be another role: rights taken from others, and row security that
 * spares the owner, are not felt here.
 */
export function rightsOfOthers(result: WorkloadResult, { changes }: Pick<Rehearsal, "changes">): string[] {
  const app = appVersion(result.workload);
  const guarded = new Map<string, number>();
  const reasons: string[] = [];
  for (const { line, sql, rowSecurity = [] } of changes.flatMap((change) => change.steps)) {
    for (const { relation, sparesOwner } of rowSecurity) {
      if (sparesOwner) guarded.set(relation, line);
      else guarded.delete(relation);
    }
    for (const { what, from, names } of takenRights(sql)) {
      const users = usersOf(result, names);
      if (users.length === 0) continue;
      reasons.push(
        `line ${String(line)} takes rights on ${what} away from ${from}, and statements are tried as the owner here: take them away once no session of ${app} needs them as that role (${firstFew(users)})`,
      );
    }
  }
  for (const [relation, line] of guarded) {
    const users = usersOf(result, [lastPart(relation)]);
    if (users.length === 0) continue;
    reasons.push(
      `line ${String(line)} changes the row security of ${relation}, which spares the owner, as whom statements are tried here: add "alter table ${relation} force row level security" to a copy of the change to have it tried (${firstFew(users)} of ${app})`,
    );
  }
  return reasons;
}

/** Statements that name one of these; with no names, all. */
function usersOf({ statements }: WorkloadResult, names: readonly string[] | undefined): string[] {
  return statements
    .filter(({ home }) => home.broken === undefined)
    .filter(({ home }) => names === undefined || names.some((name) => mentions(home.statement.sql, name)))
    .map(({ home }) => home.statement.name);
}

function mentions(sql: string, name: string): boolean {
  return sql.toLowerCase().includes(name.toLowerCase());
}
