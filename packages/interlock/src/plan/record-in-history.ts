import { forgetSql, recordSql } from "../migration/history/record-sql.ts";
import type { RecordedMigration } from "../migration/history/recorded-migration.ts";
import type { Migration } from "../migration/migration.ts";
import type { Assembled } from "./assemble.ts";
import { ddl } from "./draft.ts";

/**
 * Adds, as the last step of all, that the migration tool's own table is told: its next run finds nothing left to do.
 * A database without that table is left as it is. Files of no tool that keeps a history add nothing.
 */
export async function recordInHistory(assembled: Assembled, files: readonly Migration[]): Promise<Assembled> {
  const read = await Promise.all(files.map((file) => file.readHistory?.()));
  const known = read.flatMap((one) => one ?? []);
  if (known.length === 0) return assembled;
  const names = [...new Set(known.map(({ name }) => name))].join(", ");
  const tools = [...new Set(known.map(({ tool }) => tool))].join(" or ");
  const { expand, migrate, contract } = assembled.phases;
  const phase = contract.length > 0 ? "contract" : "migrate";
  const step = {
    ...ddl({
      title: `record ${names} in the history of ${tools}`,
      // Two changes can't both be the latest: where only that is kept, the table is one of theirs.
      relations: known
        .filter(({ row }) => row.onlyLatest === true)
        .map(({ row }) => ({ schema: row.schema ?? "public", name: row.table })),
      statements: known.map(({ row }) => recordSql(row)),
      undo: undoOf(known),
      lock: "RowExclusiveLock",
    }),
    id: `${phase}-${String((phase === "contract" ? contract : migrate).length + 1)}`,
  };
  const phases =
    phase === "contract"
      ? { expand, migrate, contract: [...contract, step] }
      : { expand, migrate: [...migrate, step], contract };
  return { ...assembled, phases };
}

/** Null where a tool keeps only the latest version, and nobody knows which one it was. */
function undoOf(known: readonly RecordedMigration[]): string[] | null {
  if (known.some(({ row, before }) => row.onlyLatest === true && before === undefined)) return null;
  return known.map(({ row, before }) => forgetSql(row, before)).toReversed();
}
