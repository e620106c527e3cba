import { z } from "zod";
import { commentText, scanTokens } from "../../sql/parse.ts";
import { displayName } from "../../sql/quote.ts";
import { replaceParts } from "../running/placeholders.ts";
import { readNamedSql, type ReadQueries } from "./named-sql.ts";

const typeSchema = z.union([z.string(), z.record(z.string(), z.unknown())]);

const querySchema = z.object({
  db_name: z.string().optional(),
  query: z.string(),
  describe: z.object({ parameters: z.object({ Left: z.array(typeSchema).optional() }).nullish() }).nullish(),
});

/** Before sqlx 0.7 all queries were in one file, `sqlx-data.json`, by their hashes. */
const dataSchema = z.looseObject({ db: z.string() });

/**
 * What `cargo sqlx prepare` writes: `.sqlx/query-….json`, or an older `sqlx-data.json`. The types of the parameters are
 * written behind them, since sqlx declares them to the server: a column that becomes text breaks `$1::bigint`.
 */
export function readSqlx(value: unknown, source: string): ReadQueries {
  const data = dataSchema.safeParse(value);
  if (data.success) {
    const { db, ...queries } = data.data;
    return joined(Object.values(queries).map((query) => readQuery(query, { source, database: db })));
  }
  return readQuery(value, { source, database: undefined });
}

function readQuery(
  value: unknown,
  { source, database }: { source: string; database: string | undefined },
): ReadQueries {
  const parsed = querySchema.safeParse(value);
  if (!parsed.success) return refused(source, "it holds no query as cargo sqlx prepare writes it");
  const { db_name: name = database, query, describe } = parsed.data;
  if (name !== undefined && !/^postgres/i.test(name)) return refused(source, `it is for ${name}`);
  const { statements, notImported } = readNamedSql(query, source, { fileNames: false });
  const types = (describe?.parameters?.Left ?? []).map(typeName);
  return {
    statements: statements.map((statement) => ({
      ...statement,
      sql: withTypes(statement.sql, types),
      // sqlx prepares every statement by a name of its own, and keeps it.
      prepared: true,
    })),
    notImported,
    notes: [],
  };
}

function refused(source: string, why: string): ReadQueries {
  return { statements: [], notImported: [{ source, what: "query", why }], notes: [] };
}

function joined(all: readonly ReadQueries[]): ReadQueries {
  return {
    statements: all.flatMap(({ statements }) => statements),
    notImported: all.flatMap(({ notImported }) => notImported),
    notes: [],
  };
}

/** SQL's own words for sqlx's; the others are called the same but for upper case. */
const written: Readonly<Record<string, string>> = {
  int2: "smallint",
  int4: "integer",
  int8: "bigint",
  float4: "real",
  float8: "double precision",
  bool: "boolean",
  varchar: "character varying",
  bpchar: "character",
  timestamptz: "timestamp with time zone",
  timetz: "time with time zone",
  char: '"char"',
};

/** The type in SQL; undefined for those that a parameter can't be cast to. */
function typeName(type: z.infer<typeof typeSchema>): string | undefined {
  if (typeof type !== "string") {
    const custom = z.object({ Custom: z.object({ name: z.string() }) }).safeParse(type);
    const named = z.object({ DeclareWithName: z.string() }).safeParse(type);
    const name = custom.success
      ? custom.data.Custom.name
      : named.success
        ? named.data.DeclareWithName
        : undefined;
    if (name === undefined) return undefined;
    return /^[\w".[\]]+$/.test(name) ? name : displayName(name);
  }
  const isArray = type.endsWith("Array");
  const plain = (isArray ? type.slice(0, -"Array".length) : type).toLowerCase();
  if (["unknown", "void", "record"].includes(plain)) return undefined;
  return `${written[plain] ?? plain}${isArray ? "[]" : ""}`;
}

function withTypes(sql: string, types: readonly (string | undefined)[]): string {
  const tokens = scanTokens(sql).filter((token) => commentText(token) === undefined);
  return replaceParts(
    sql,
    tokens.flatMap(({ tokenName, text, start, end }, index) => {
      const type = tokenName === "PARAM" ? types[Number(text.slice(1)) - 1] : undefined;
      if (type === undefined || tokens[index + 1]?.text === "::") return [];
      return [{ start, end, text: `${text}::${type}` }];
    }),
  );
}
