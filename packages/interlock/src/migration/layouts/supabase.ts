import { supabaseHistory } from "../history/supabase.ts";
import { naturalParts, whole, type Layout } from "./layout.ts";

/** `supabase/migrations/20240102000000_what.sql`. What can't be in a transaction is run by itself. */
export const supabase: Layout = {
  name: "Supabase",
  owns: ({ path }) => /(^|[\\/])supabase[\\/]migrations[\\/][^\\/]+\.sql$/.test(path),
  goesUp: (name) => /^\d+_.*\.sql$/.test(name),
  version: naturalParts,
  upPart: whole("as-needed"),
  history: supabaseHistory,
  outsideTransaction: "Put it into a migration of its own, without begin and commit.",
};
