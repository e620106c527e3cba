import { quoteLiteral } from "../sql/quote.ts";

/** A function in schema `interlock` of a target database. */
export interface OwnFunction {
  name: string;
  parameters: string;
  /** Makes it, or makes it anew. */
  sql: string;
}

/**
 * A function that runs with its owner's rights and finds nothing but PostgreSQL's own names: the temporary schema
 * of whoever calls it comes last, so that it can put nothing in the way. No backslash may stand in a body: the
 * session's own settings say what it means in a constant.
 */
export function definer(signature: string, body: string): string {
  return `create or replace function interlock.${signature} security definer set search_path = pg_catalog, pg_temp
as $interlock$${body}$interlock$`;
}

/** A list of texts as an SQL array. */
export function listed(texts: readonly string[]): string {
  return `array[${texts.map(quoteLiteral).join(", ")}]::text[]`;
}
