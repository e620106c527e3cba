/**
 * Where in a JSON value PostgreSQL could not keep a text: one with U+0000, or with half of a surrogate pair,
 * both of which JSON can spell. Undefined when all of it can be kept. Not recursive, so that no depth hurts.
 */
export function findUnstorableText(root: unknown): string | undefined {
  const left: { path: string; value: unknown }[] = [{ path: "", value: root }];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { path, value } = next;
    if (typeof value === "string") {
      if (!isStorable(value)) return path === "" ? "body" : path;
    } else if (typeof value === "object" && value !== null) {
      for (const [name, member] of Object.entries(value)) {
        const memberPath = path === "" ? name : `${path}.${name}`;
        if (!isStorable(name)) return path === "" ? "body" : path;
        left.push({ path: memberPath, value: member });
      }
    }
  }
  return undefined;
}

function isStorable(text: string): boolean {
  return !text.includes("\u0000") && text.isWellFormed();
}
