import { atlas } from "./atlas.ts";
import { dbmate } from "./dbmate.ts";
import { diesel } from "./diesel.ts";
import { drizzle, drizzleFolders } from "./drizzle.ts";
import { flyway } from "./flyway.ts";
import { golangMigrate } from "./golang-migrate.ts";
import { goose } from "./goose.ts";
import type { Layout, Source } from "./layout.ts";
import { nodePgMigrate } from "./node-pg-migrate.ts";
import { plain } from "./plain.ts";
import { prisma } from "./prisma.ts";
import { sqitch } from "./sqitch.ts";
import { sqlMigrate } from "./sql-migrate.ts";
import { sqlx } from "./sqlx.ts";
import { supabase } from "./supabase.ts";

/** Every layout that is understood; the first that owns a file counts, so the one that owns all stands last. */
const layouts: readonly Layout[] = [
  flyway,
  diesel,
  drizzleFolders,
  prisma,
  drizzle,
  sqlx,
  golangMigrate,
  goose,
  dbmate,
  sqlMigrate,
  nodePgMigrate,
  sqitch,
  atlas,
  supabase,
  plain,
];

export function layoutOf(file: Source): Layout {
  return layouts.find((layout) => layout.owns(file)) ?? plain;
}

/** The layout that a directory says it has, whatever its files look like. */
export function layoutOfDirectory(
  directory: string,
  namesIn: (directory: string) => readonly string[],
): Layout | undefined {
  return layouts.find((layout) => layout.ownsDirectory?.(directory, namesIn));
}

export function layoutNamed(name: string): Layout {
  return layouts.find((layout) => layout.name === name) ?? plain;
}
