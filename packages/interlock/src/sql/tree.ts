/** A node of a parse tree, whatever its kind. */
export type Tree = Readonly<Record<string, unknown>>;

export function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The member `key` of a node, where that is a node itself. */
export function child(value: unknown, key: string): Tree | undefined {
  const member = isTree(value) ? value[key] : undefined;
  return isTree(member) ? member : undefined;
}

/** The member `key` where it is a text. */
export function text(value: unknown, key: string): string | undefined {
  const member = isTree(value) ? value[key] : undefined;
  return typeof member === "string" ? member : undefined;
}

/** The member `key` where it is a list; an empty one otherwise. */
export function list(value: unknown, key: string): readonly unknown[] {
  const member = isTree(value) ? value[key] : undefined;
  return Array.isArray(member) ? member : [];
}

/** The names in a list of String nodes: `{String: {sval}}`. */
export function names(value: readonly unknown[]): string[] {
  return value.flatMap((item) => text(child(item, "String"), "sval") ?? []);
}

/** The first node of one of these types, in the order of the tree. */
export function findFirst(value: unknown, types: readonly string[]): Tree | undefined {
  if (Array.isArray(value)) {
    for (const item of value) {
      const found = findFirst(item, types);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (!isTree(value)) return undefined;
  for (const [key, member] of Object.entries(value)) {
    if (types.includes(key) && isTree(member)) return member;
    const found = findFirst(member, types);
    if (found !== undefined) return found;
  }
  return undefined;
}
