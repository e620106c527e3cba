import { DatabaseError, type Client } from "pg";
import type { Statement } from "../sql/parse.ts";
import { sessionIsGone } from "../database/sqlstate.ts";
import { Failure, messageOf } from "../std/failure.ts";
import { LimitExceeded } from "./limit-exceeded.ts";
import type { Migration } from "./migration.ts";
import { needsOwnTransaction } from "./transactional.ts";

/** Called after each statement, in the transaction that it ran in where there is one. */
export type AfterStatement = (statement: { sql: string; line: number }) => Promise<void>;

/** Words without which a file can hold nothing that needs a transaction of its own. */
const telling =
  /\b(begin|start|commit|rollback|end|abort|savepoint|prepare|concurrently|vacuum|value|reindex|cluster|system|database|tablespace|subscription)\b/i;

/**
 * Runs a migration as its tool would: in one transaction unless it manages its own or holds what can't be in
 * one. Leaves no transaction open and no session setting behind.
 *
 * Throws `Failure` "migration-does-not-apply" with file, line and SQLSTATE; PostgreSQL's error is its cause.
 */
export async function applyMigration(
  client: Client,
  migration: Migration,
  afterStatement?: AfterStatement,
): Promise<void> {
  try {
    // Sent as one text, PostgreSQL runs it as one transaction and splits it itself, which is several times
    // faster; only when it fails does the line matter.
    if (
      afterStatement !== undefined ||
      (telling.test(migration.text) && !migration.transactional) ||
      !(await runsWhole(client, migration))
    ) {
      await runOneByOne(client, migration, afterStatement);
    }
    if (client.getTransactionStatus() !== "I") throw leavesTransactionOpen(migration);
  } catch (error) {
    // The text was sent as a whole: which of its statements it was is not known.
    if (error instanceof LimitExceeded) throw doesNotApply(error, { statement: first(migration), migration });
    // Where the session is over too, that is the consequence: the reason is what was thrown.
    if (client.getTransactionStatus() !== "I") await client.query("rollback").catch(() => undefined);
    throw error;
  }
  await client.query("discard all");
}

async function runsWhole(client: Client, { text }: Migration): Promise<boolean> {
  try {
    await client.query(text);
    return true;
  } catch (error) {
    // One statement after the other, PostgreSQL says the same again, and of which.
    if (error instanceof DatabaseError && !sessionIsGone(error)) return false;
    throw error;
  }
}

async function runOneByOne(
  client: Client,
  migration: Migration,
  afterStatement: AfterStatement | undefined,
): Promise<void> {
  const { transactional, statements } = migration;
  if (transactional) await client.query("begin");
  for (const statement of statements) {
    // What a statement does is seen only as long as its transaction is open.
    const alone =
      afterStatement !== undefined &&
      client.getTransactionStatus() === "I" &&
      !("TransactionStmt" in statement.node) &&
      !needsOwnTransaction(statement.node);
    // PostgreSQL refuses it there, as it does in a query of several statements.
    const isRefused =
      migration.isOneQuery === true && statements.length > 1 && needsOwnTransaction(statement.node);
    if (alone || (isRefused && client.getTransactionStatus() === "I")) await client.query("begin");
    await run(client, { statement, migration });
    if (afterStatement !== undefined) await look(afterStatement, { statement, migration });
    if (alone && client.getTransactionStatus() === "T") await commit(client, { statement, migration });
  }
  const last = statements.at(-1);
  if (transactional && last !== undefined) await commit(client, { statement: last, migration });
  else if (transactional) await client.query("commit");
}

/** A limit that is met while a statement is looked at was met at that statement. */
async function look(
  afterStatement: AfterStatement,
  { statement, migration }: { statement: Statement; migration: Migration },
): Promise<void> {
  try {
    await afterStatement(statement);
  } catch (error) {
    throw error instanceof LimitExceeded ? doesNotApply(error, { statement, migration }) : error;
  }
}

/** Constraints that are deferred speak up at the end only. */
async function commit(client: Client, at: { statement: Statement; migration: Migration }): Promise<void> {
  await run(client, { ...at, sql: "commit" });
}

async function run(
  client: Client,
  { statement, migration, sql }: { statement: Statement; migration: Migration; sql?: string },
): Promise<void> {
  try {
    await client.query(sql ?? statement.sql);
  } catch (error) {
    if (!(error instanceof DatabaseError) && !(error instanceof LimitExceeded)) throw error;
    throw doesNotApply(error, { statement, migration });
  }
}

function doesNotApply(
  error: unknown,
  { statement, migration }: { statement: Pick<Statement, "sql" | "line">; migration: Migration },
): Failure {
  const inDatabase = error instanceof DatabaseError ? error : undefined;
  const position = Number(inDatabase?.position ?? 1);
  const line = statement.line + statement.sql.slice(0, position - 1).split("\n").length - 1;
  const code = inDatabase?.code ?? (error instanceof LimitExceeded ? error.code : undefined);
  const sqlstate = code === undefined ? "" : `${code} `;
  return new MigrationFailure(
    {
      code: "migration-does-not-apply",
      message: `${migration.path}:${String(line)}: ${sqlstate}${clip(messageOf(error))}`,
      why: [statement.sql.split("\n")[0], inDatabase?.detail, inDatabase?.hint]
        .filter((text) => text !== undefined && text !== "")
        .map((text) => clip(text ?? ""))
        .join("\n"),
      state: "It was run on a throwaway database only; nothing else was changed.",
      next:
        inDatabase?.code === cannotBeInTransaction && migration.outsideTransaction !== undefined
          ? migration.outsideTransaction
          : "Correct the migration, or give the schema that it starts from with --baseline.",
      cause: error,
    },
    { path: migration.path, line, sql: statement.sql },
  );
}

const cannotBeInTransaction = "25001";
const longest = 1_000;

/** What a statement makes PostgreSQL say may be as long as it likes. */
function clip(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** A migration that PostgreSQL refused, with the place of the statement. */
export class MigrationFailure extends Failure {
  readonly path: string;
  readonly line: number;
  /** The statement that PostgreSQL refused. */
  readonly sql: string | undefined;

  constructor(
    facts: ConstructorParameters<typeof Failure>[0],
    place: { path: string; line: number; sql?: string },
  ) {
    super(facts);
    this.path = place.path;
    this.line = place.line;
    this.sql = place.sql;
  }
}

function first({ statements }: Migration): Pick<Statement, "sql" | "line"> {
  return statements[0] ?? { sql: "", line: 1 };
}

function leavesTransactionOpen(migration: Migration): MigrationFailure {
  const line = migration.statements.at(-1)?.line ?? 1;
  return new MigrationFailure(
    {
      code: "migration-does-not-apply",
      message: `${migration.path}:${String(line)}: the migration begins a transaction and does not end it.`,
      state: "It was run on a throwaway database only; nothing else was changed.",
      next: "Add a commit at its end, or leave the begin out.",
    },
    { path: migration.path, line },
  );
}
