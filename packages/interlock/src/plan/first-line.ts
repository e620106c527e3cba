/** A statement as a title: on one line, cut where it is long. */
export function firstLine(sql: string): string {
  const line = sql.replaceAll(/\s+/g, " ").trim();
  return line.length > 72 ? `${line.slice(0, 71)}…` : line;
}
