import { applyMigration } from "../migration/apply.ts";
import type { Migration } from "../migration/migration.ts";
import type { Baseline } from "../rehearsal/baseline.ts";
import { asRowsRefused, RowsRefused } from "../rehearsal/rows-refused.ts";
import { nextStyles, plainRows, type RowStyles } from "../rehearsal/rows/row-style.ts";

/** How often other rows are made. */
const mostTries = 10;

/**
 * A baseline whose generated rows the migration alone accepts, and which tables had to go without rows for that.
 * Throws what the migration throws when rows are not the reason.
 */
export async function fitRows(
  plain: Baseline,
  files: readonly Migration[],
): Promise<{ baseline: Baseline; emptied: string[] }> {
  let styles: RowStyles = plainRows;
  let baseline = plain;
  for (let tries = 1; ; tries += 1) {
    const thrown = await tryMigration(baseline, files);
    if (thrown === undefined) return { baseline, emptied: emptiedBy(styles) };
    const refused = asRowsRefused(thrown, { change: 0, baseline });
    const next = refused instanceof RowsRefused ? nextStyles(styles, refused.refused) : undefined;
    await baseline.drop();
    if (next === undefined || tries >= mostTries) throw thrown;
    styles = next;
    baseline = await plain.withRows(styles);
  }
}

async function tryMigration({ sandbox, database }: Baseline, files: readonly Migration[]): Promise<unknown> {
  const copy = await sandbox.createDatabase(database);
  const client = await sandbox.migrator(copy);
  try {
    for (const file of files) await applyMigration(client, file);
    return undefined;
  } catch (error) {
    return error;
  } finally {
    await client.end();
    await sandbox.dropDatabase(copy);
  }
}

function emptiedBy({ all, tables }: RowStyles): string[] {
  if (all === "none") return ["every table"];
  return [...tables].flatMap(([table, style]) => (style === "none" ? [table] : []));
}
