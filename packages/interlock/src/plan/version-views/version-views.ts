import { quoteIdentifier } from "../../sql/quote.ts";
import type { EnumType } from "../../catalog/read-enums.ts";

/** What a version sees that comes to a schema of views of its own, by its `search_path`. */
export interface VersionViews {
  /** The schema, which is there from expand to the end of contract. */
  schema: string;
  /** App versions that must have it on their search path. */
  versions: string[];
  /** `relationKey` of the tables that have a view in it. */
  tables: ReadonlySet<string>;
  /** Enums that have other labels for these versions: as they will be. */
  types: EnumType[];
}

/** A search path as SET takes it. */
export function asSetting({ path }: { path: readonly string[] }): string {
  return path.map(quoteIdentifier).join(", ");
}

/** The search path of those versions. A schema that isn't there is passed over, so it may stay for good. */
export function searchPathOf({ schema }: VersionViews): string[] {
  return [schema, "$user", "public"];
}
