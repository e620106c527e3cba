import { Failure } from "../std/failure.ts";

/** What whoever walks a tree by recursion can stand. PostgreSQL itself gives up at about ten times as many. */
const deepest = 2_500;

/** A statement shorter than this can't nest that deep. */
const shortest = 1_000;

/** Comments in comments without anything between them: reading these takes PostgreSQL time by their square. */
const nestedComments = /(?:\/\*[-~!@#^&|`?+*%<>=]{0,8}){500}/;

/** Throws `Failure` "sql-too-complex" for a text that reading it would take too long. */
export function checkReadable(text: string, source: string): void {
  if (text.length >= shortest && nestedComments.test(text)) {
    throw tooComplex(source, "It has hundreds of comments in comments.");
  }
}

/** Throws the same for a tree that is too deep. */
export function checkDepth(tree: unknown, { sql, source }: { sql: string; source: string }): void {
  if (sql.length < shortest) return;
  let level: object[] = [{ tree }];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) throw nestsTooDeep(source);
    const next: object[] = [];
    for (const node of level) {
      for (const member of Object.values(node) as unknown[]) {
        if (typeof member === "object" && member !== null) next.push(member);
      }
    }
    level = next;
  }
}

export function nestsTooDeep(source: string): Failure {
  return tooComplex(source, "Its expressions nest too deep.");
}

function tooComplex(source: string, why: string): Failure {
  return new Failure({
    code: "sql-too-complex",
    message: `${source} can't be read: a statement is too complex.`,
    why,
    state: "Nothing was run.",
    next: "Write it in parts. No tool or person writes such SQL; see where it comes from.",
  });
}
