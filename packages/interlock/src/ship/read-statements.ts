import type { Client } from "pg";
import { sessionIsGone } from "../database/sqlstate.ts";
import { mentions } from "../plan/mentions.ts";
import type { Gone, Plan } from "../plan/plan.ts";
import { fingerprint } from "../sql/fingerprint.ts";
import { parseStatements } from "../sql/parse.ts";
import { displayName } from "../sql/quote.ts";
import { Failure, messageOf } from "../std/failure.ts";
import { findStatistics } from "../workload/running/find-statistics.ts";
import { repairPlaceholders } from "../workload/running/repair-placeholders.ts";
import type { CountedStatement, StatementLook } from "./statement-watch.ts";

/** Longer texts are lists of values. */
const longestText = 100_000;
/** How long the server may take to read its counts. */
const readMs = 10_000;
const hiddenText = "<insufficient privilege>";

interface Row {
  key: string;
  role: string;
  query: string;
  calls: string;
}

/** A reading, or why there is none. `hidden`: how many statements of other roles can't be seen. */
export type StatementReading = { look: StatementLook; hidden: number } | { missing: string };

/** Reads what pg_stat_statements counts of the statements that contract would break, again and again. */
export class StatementReader {
  readonly #evidence: NonNullable<Plan["evidence"]>;
  readonly #retired: ReadonlyMap<string | undefined, { named: string; sqlstate: string }>;
  readonly #kept: ReadonlySet<string | undefined>;
  readonly #judged = new Map<string, Judgement | null>();

  constructor(evidence: NonNullable<Plan["evidence"]>) {
    this.#evidence = evidence;
    this.#retired = new Map(
      evidence.retired.map(({ sql, version, statement, sqlstate }) => [
        fingerprint(sql),
        { named: `${version}#${statement}`, sqlstate },
      ]),
    );
    this.#kept = new Set(evidence.kept.map(fingerprint));
  }

  /** Only what can't be asked is an answer; a session that is gone is thrown. */
  async read(client: Client): Promise<StatementReading> {
    try {
      await client.query(`begin read only; set local statement_timeout = ${String(readMs)}`);
      const reading = await this.#readAll(client);
      await client.query("commit");
      return reading;
    } catch (error) {
      if (sessionIsGone(error)) throw error;
      await client.query("rollback");
      return { missing: error instanceof Failure ? (error.why ?? error.message) : messageOf(error) };
    }
  }

  async #readAll(client: Client): Promise<StatementReading> {
    const statistics = await findStatistics({
      query: async (sql, values = []) => (await client.query(sql, [...values])).rows,
    });
    const { relation, columns, information } = statistics;
    const { rows } = await client.query<Row>(
      `select s.userid || '/' || s.queryid as key, pg_catalog.pg_get_userbyid(s.userid)::text as role,
              s.query, pg_catalog.sum(s.calls)::text as calls
         from ${relation} s
        where s.dbid = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
          and s.calls > 0 ${columns.has("toplevel") ? "and s.toplevel" : ""}
          and pg_catalog.length(s.query) <= $1::integer
          and (s.query = $2::text or exists (select from unnest($3::text[]) as name
                                              where pg_catalog.strpos(pg_catalog.lower(s.query), name) > 0))
        group by s.userid, s.queryid, s.query`,
      [longestText, hiddenText, this.#names()],
    );
    const { rows: facts } = await client.query<{ at: Date; reset: Date | null; dropped: string | null }>(
      information === undefined
        ? "select clock_timestamp() as at, null::timestamptz as reset, null::text as dropped"
        : `select clock_timestamp() as at, i.stats_reset as reset, i.dealloc::text as dropped from ${information} i`,
    );
    const [fact] = facts;
    return {
      hidden: rows.filter(({ query }) => query === hiddenText).length,
      look: {
        at: (fact?.at ?? new Date()).toISOString(),
        resetAt: fact?.reset?.toISOString() ?? null,
        dropped: fact?.dropped === null || fact === undefined ? null : Number(fact.dropped),
        statements: rows.flatMap((row) => this.#suspect(row)),
      },
    };
  }

  /** Words one of which stands in every statement that is looked for. */
  #names(): string[] {
    const { gone, retired } = this.#evidence;
    const tables = retired.flatMap(({ sql }) => tablesIn(sql));
    const names = [...gone.map(({ table, column }) => column ?? table.name), ...tables];
    // A name with quotes in it stands in a text with each of them doubled.
    return [...new Set(names.map((name) => (name.split('"')[0] ?? "").toLowerCase()))];
  }

  #suspect({ key, role, query, calls }: Row): CountedStatement[] {
    const judged = this.#judged.get(query) ?? this.#judge(query);
    this.#judged.set(query, judged);
    return judged === null ? [] : [{ key, role, sql: shortened(query), ...judged, calls: Number(calls) }];
  }

  #judge(query: string): Judgement | null {
    const sql = query === hiddenText || /\binterlock[._]/i.test(query) ? "" : repairPlaceholders(query);
    const nodes = parsed(sql);
    if (nodes === undefined) return null;
    const print = fingerprint(sql);
    const retired = this.#retired.get(print);
    if (retired !== undefined) return { named: retired.named, because: retired.sqlstate };
    if (this.#kept.has(print)) return null;
    const gone = this.#evidence.gone.find((each) => mentions(nodes, each));
    return gone === undefined ? null : { named: null, because: nameOf(gone) };
  }
}

type Judgement = Pick<CountedStatement, "named" | "because">;

function parsed(sql: string): unknown[] | undefined {
  try {
    const statements = parseStatements(sql, "a statement").map(({ node }) => node);
    // Structural statements are none of an application's.
    return statements.length === 0 || statements.some((node) => !isData(node)) ? undefined : statements;
  } catch {
    return undefined;
  }
}

const dataStatements = [
  "SelectStmt",
  "InsertStmt",
  "UpdateStmt",
  "DeleteStmt",
  "MergeStmt",
  "CopyStmt",
  "PrepareStmt",
  "DeclareCursorStmt",
];

function isData(node: object): boolean {
  return Object.keys(node).some((kind) => dataStatements.includes(kind));
}

function tablesIn(sql: string): string[] {
  const found: string[] = [];
  JSON.stringify(parsed(sql) ?? [], (key, value: unknown) => {
    if (key === "relname" && typeof value === "string") found.push(value);
    return value;
  });
  return found;
}

function nameOf({ table, column }: Gone): string {
  return displayName(
    ...(table.schema === "public" ? [] : [table.schema]),
    table.name,
    ...(column === null ? [] : [column]),
  );
}

/** What is shown of a text. */
function shortened(query: string): string {
  const line = query.replaceAll(/\s+/g, " ").trim();
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}
