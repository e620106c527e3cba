/** A fixed SQL statement. Its name is the name it is prepared under, and what a recorder calls it. */
export interface Statement {
  name: string;
  sql: string;
}

/** Names a statement: the name leads its text, so that it shows wherever the text does. */
export function statement(name: string, sql: string): Statement {
  return { name, sql: `-- name: ${name}\n${sql.trim()}` };
}
