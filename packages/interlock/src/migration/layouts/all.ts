import { dbmate } from "./dbmate.ts";
import { flyway } from "./flyway.ts";
import { golangMigrate } from "./golang-migrate.ts";
import { goose } from "./goose.ts";
import type { Layout } from "./layout.ts";
import { plain } from "./plain.ts";
import { sqlMigrate } from "./sql-migrate.ts";

/** Every layout that is understood; the first that owns a file counts, so the one that owns all stands last. */
const layouts: readonly Layout[] = [flyway, golangMigrate, goose, dbmate, sqlMigrate, plain];

export function layoutOf(file: { name: string; text: string }): Layout {
  return layouts.find((layout) => layout.owns(file)) ?? plain;
}
