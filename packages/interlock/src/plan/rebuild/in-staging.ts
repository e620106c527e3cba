import { quoteIdentifier, quoteLiteral } from "../../sql/quote.ts";
import type { Rebuild } from "./rebuild.ts";

/** Statements that are run where bare names mean what stands beside. */
export function inStaging({ staging }: Pick<Rebuild, "staging">, statements: readonly string[]): string[] {
  if (statements.length === 0) return [];
  const now = "pg_catalog.current_setting('search_path')";
  return [
    `select pg_catalog.set_config('interlock.search_path', ${now}, true)`,
    setPath(`${quoteLiteral(`${quoteIdentifier(staging)}, `)} || ${now}`),
    ...statements,
    setPath("pg_catalog.current_setting('interlock.search_path')"),
  ];
}

function setPath(value: string): string {
  return `select pg_catalog.set_config('search_path', ${value}, true)`;
}
