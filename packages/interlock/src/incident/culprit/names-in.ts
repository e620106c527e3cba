/** What PostgreSQL calls things that its errors are about. */
const kinds = "column|relation|table|view|constraint|type|function|index|sequence|schema|field|parameter";

const quoted = new RegExp(`\\b(?:${kinds})s?\\s+["'\`]([^"'\`]{1,126})["'\`]`, "gi");
const dotted = new RegExp(`\\b(?:${kinds})\\s+((?:[a-z_][\\w$]*\\.)+[a-z_][\\w$]*)`, "gi");
const bare = new RegExp(
  `\\b(?:${kinds})\\s+([a-z_][\\w$]*)(?:\\([^)]*\\))?\\s+(?:does not exist|is of type|must appear|already exists)`,
  "gi",
);
/** `null value in column "x" of relation "y"` is found above; so is the same inside JSON. */
const escaped = /\\+(?=["'`])/g;

/** The names of columns, tables and others that an error speaks of, in lower case, the last part of each. */
export function namesIn(text: string): Set<string> {
  const plain = text.replaceAll(escaped, "");
  const found = [quoted, dotted, bare].flatMap((pattern) =>
    [...plain.matchAll(pattern)].map(([, name = ""]) => name),
  );
  return new Set(
    found.map((name) => (name.split(".").at(-1) ?? name).toLowerCase()).filter((name) => name !== ""),
  );
}

/** The SQLSTATEs that a text speaks of: those that say that a statement does not fit a structure. */
export function sqlstatesIn(text: string): Set<string> {
  return new Set(text.match(/\b(?:42[0-9A-Z]{3}|22P02|23502|23514|0A000)\b/g) ?? []);
}

/** Every word of SQL that may be a name, in lower case. */
export function wordsOf(sql: string): Set<string> {
  return new Set((sql.match(/[A-Za-z_][\w$]*/g) ?? []).map((word) => word.toLowerCase()));
}
