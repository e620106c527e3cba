import { deparseSync } from "pgsql-deparser";

/** For tests only: a tree as SQL, whether or not it is one that PostgreSQL would make. Throws for what can't be written. */
export function printTree(tree: unknown): string {
  return deparseSync(tree as Parameters<typeof deparseSync>[0]);
}
