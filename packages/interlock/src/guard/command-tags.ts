/**
 * Commands that are refused before they begin, unless the session has temporary objects, of which they might be:
 * by the time they end they would have waited for a lock, kept others out, or read the whole table. What is not
 * here is judged when it ends, by what it made. All of them are known to PostgreSQL 14.
 */
export const refusedAtStart: readonly string[] = [
  ...[
    "AGGREGATE",
    "CAST",
    "COLLATION",
    "CONVERSION",
    "DOMAIN",
    "EXTENSION",
    "FOREIGN DATA WRAPPER",
    "FOREIGN TABLE",
    "FUNCTION",
    "LANGUAGE",
    "MATERIALIZED VIEW",
    "OPERATOR",
    "OPERATOR CLASS",
    "OPERATOR FAMILY",
    "POLICY",
    "PROCEDURE",
    "PUBLICATION",
    "ROUTINE",
    "RULE",
    "SCHEMA",
    "SEQUENCE",
    "SERVER",
    "STATISTICS",
    "TABLE",
    "TEXT SEARCH CONFIGURATION",
    "TEXT SEARCH DICTIONARY",
    "TEXT SEARCH PARSER",
    "TEXT SEARCH TEMPLATE",
    "TRANSFORM",
    "TRIGGER",
    "TYPE",
    "VIEW",
  ].flatMap((kind) => [...(["CAST", "TRANSFORM"].includes(kind) ? [] : [`ALTER ${kind}`]), `DROP ${kind}`]),
  ...["ACCESS METHOD", "INDEX", "OWNED"].map((kind) => `DROP ${kind}`),
  "ALTER INDEX",
  ...["INDEX", "TRIGGER", "RULE", "POLICY", "STATISTICS", "PUBLICATION"].map((kind) => `CREATE ${kind}`),
  "IMPORT FOREIGN SCHEMA",
];

/** Of these no object can be temporary: they are refused before they begin in every session. */
export const neverTemporary: readonly string[] = refusedAtStart.filter((tag) =>
  /(?:CAST|EXTENSION|FOREIGN DATA WRAPPER|FOREIGN TABLE|LANGUAGE|MATERIALIZED VIEW|PUBLICATION|SCHEMA|SERVER|TRANSFORM|ACCESS METHOD|OWNED)$/.test(
    tag,
  ),
);

/** Rights: refused only where the guard was turned on so. */
export const rightsTags: readonly string[] = ["GRANT", "REVOKE", "ALTER DEFAULT PRIVILEGES"];

/** What is logged and never refused: it moves data or secrets, and leaves the structure as it is. */
export const operationalTags: readonly string[] = [
  "CREATE SUBSCRIPTION",
  "ALTER SUBSCRIPTION",
  "DROP SUBSCRIPTION",
  "CREATE USER MAPPING",
  "ALTER USER MAPPING",
  "DROP USER MAPPING",
  "ALTER LARGE OBJECT",
];

/** What is no change at all: neither logged nor refused. */
export const harmlessTags: readonly string[] = [
  "REINDEX",
  "REFRESH MATERIALIZED VIEW",
  "COMMENT",
  "SECURITY LABEL",
];
