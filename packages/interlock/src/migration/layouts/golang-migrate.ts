import { naturalParts, whole, type Layout } from "./layout.ts";

/** `000001_create.up.sql` beside `000001_create.down.sql`. */
export const golangMigrate: Layout = {
  name: "golang-migrate",
  owns: ({ name }) => /\.(up|down)\.sql$/.test(name),
  goesUp: (name) => name.endsWith(".up.sql"),
  version: naturalParts,
  upPart: whole,
};
