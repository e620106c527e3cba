import { readNamedSql, type ReadQueries } from "./named-sql.ts";

/**
 * The queries in code that sqlc, pggen or the like have generated: texts in back quotes or in three double quotes
 * that begin with a name comment. They are what is sent to the letter; sqlc has written out the columns of `*`.
 */
export function readGeneratedCode(content: string, source: string): ReadQueries {
  const read: ReadQueries = { statements: [], notImported: [], notes: [] };
  // A back quote inside a Go text is written as a text of its own.
  const whole = content.replaceAll('` + "`" + `', "\u0000");
  for (const { groups } of whole.matchAll(/(?<quote>`|"""|''')(?<text>\s*-- name: [\s\S]*?)\k<quote>/g)) {
    const text = (groups?.["text"] ?? "")
      .replaceAll("\u0000", "`")
      .replaceAll("\\\\:", ":")
      .replaceAll("\\:", ":");
    const { statements, notImported } = readNamedSql(text, source);
    read.statements.push(...statements);
    read.notImported.push(...notImported.map((one) => ({ ...one, source })));
  }
  return read;
}
