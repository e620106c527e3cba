/**
 * Lines of comma-separated values (RFC 4180; LF as well as CRLF, a byte order mark is passed over), each with the
 * number of the line that it begins on. Empty lines are left out. Undefined where a quote is never closed.
 */
export function parseCsv(text: string): { line: number; values: string[] }[] | undefined {
  const rows: { line: number; values: string[] }[] = [];
  const field = /[^\S\r\n]*"((?:[^"]|"")*)"[^\S\r\n]*|([^,\r\n]*)/y;
  let line = 1;
  let at = text.startsWith("\uFEFF") ? 1 : 0;
  while (at < text.length) {
    const values: string[] = [];
    const begins = line;
    for (;;) {
      field.lastIndex = at;
      const [whole = "", quoted, plain] = field.exec(text) ?? [];
      if (quoted === undefined && plain?.trimStart().startsWith('"') === true) return undefined;
      at += whole.length;
      line += whole.split("\n").length - 1;
      values.push((quoted?.replaceAll('""', '"') ?? plain ?? "").trim());
      if (text[at] !== ",") break;
      at += 1;
    }
    if (text[at] !== undefined && text[at] !== "\r" && text[at] !== "\n") return undefined;
    if (text[at] === "\r") at += 1;
    if (text[at] === "\n") at += 1;
    line += 1;
    if (values.some((value) => value !== "")) rows.push({ line: begins, values });
  }
  return rows;
}
