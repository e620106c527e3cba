import { Failure } from "../std/failure.ts";
import type { TableChange } from "./model.ts";
import { shownName } from "./names.ts";

/**
 * An inserted row whose added column has its default was written by the old version, which does not know the
 * column, or by the new one, which left it out. Where the default is not what the mapping gives, only the
 * session's app version tells. Throws `Failure` "ambiguous-default" when no new version is known.
 */
export function refuseAmbiguousDefaults(change: TableChange, newVersions: readonly string[]): void {
  if (newVersions.length > 0) return;
  for (const { up } of change.groups) {
    for (const { column, source } of up) {
      const byDefault = change.added.get(column)?.column.default ?? null;
      if (byDefault === null) continue;
      const shown = shownName(change.relation, column);
      throw new Failure({
        code: "ambiguous-default",
        message: `${source}: ${shown} has a default and a mapping, and nothing tells which version wrote a row that has the default.`,
        why: `A row with ${byDefault} in ${shown} may come from the old version, for which the mapping says the value, or from the new one, which left it out.`,
        state: "Nothing was changed.",
        next: "Give the new version's workload with --new, and let its sessions send its name and version as application_name; or leave the default out of this change.",
      });
    }
  }
}
