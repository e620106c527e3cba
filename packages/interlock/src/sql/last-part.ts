/** A relation's own name out of one that is displayed with its schema: `public."Order"` → `Order`. */
export function lastPart(relation: string): string {
  const [, quoted] = /"((?:[^"]|"")*)"$/.exec(relation) ?? [];
  return quoted?.replaceAll('""', '"') ?? relation.slice(relation.lastIndexOf(".") + 1);
}
