/** Tables and columns, written as PostgreSQL does: `public.payments`, `public.payments.amount`. */
export interface Touched {
  tables: string[];
  columns: string[];
}

/** What objects of the log of structural changes are about: `table public.payments`, `table column public.payments.amount`. */
export function touchedObjects(objects: readonly string[]): Touched {
  const tables = new Set<string>();
  const columns = new Set<string>();
  for (const object of objects) {
    const at = object.lastIndexOf(" ");
    const kind = object.slice(0, at);
    const name = object.slice(at + 1);
    if (kind === "table" || kind === "view" || kind === "materialized view") tables.add(name);
    // Constraints and triggers are named with their table: `table constraint payments_check on public.payments`.
    if (/ on \S+$/.test(object)) tables.add(name);
    if (kind === "table column") {
      columns.add(name);
      tables.add(name.slice(0, Math.max(name.lastIndexOf("."), 0)));
    }
  }
  return { tables: [...tables].filter((name) => name !== ""), columns: [...columns] };
}
