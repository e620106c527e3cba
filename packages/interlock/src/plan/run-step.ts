import type { Client } from "pg";
import type { AfterStatement } from "../rehearsal/state-change.ts";
import { messageOf } from "../std/failure.ts";
import { quoteIdentifier, quoteQualified } from "../sql/quote.ts";
import { backfillBatchSql, syncOffSetting } from "./backfill-sql.ts";
import { copyAllSql } from "./copy-sql.ts";
import type { BackfillStep, Step, VerifyStep } from "./plan.ts";

/** Rows a batch looks at on a shadow, where nobody waits for it. */
const batchRows = 1_000;

/** A step that PostgreSQL refuses where its turn is, with PostgreSQL's error as its cause. */
export class StepFailed extends Error {
  readonly step: Step;

  constructor(step: Step, cause: unknown) {
    super(messageOf(cause), { cause });
    this.step = step;
  }
}

/** Carries out a step on a shadow, where nobody else is. Throws `StepFailed`. */
export async function runStep(client: Client, step: Step, afterStatement?: AfterStatement): Promise<void> {
  try {
    await carryOut(client, step, afterStatement);
  } catch (error) {
    throw new StepFailed(step, error);
  }
}

async function carryOut(client: Client, step: Step, afterStatement?: AfterStatement): Promise<void> {
  switch (step.kind) {
    case "ddl":
      return inTransaction(client, async () => {
        for (const sql of step.statements) {
          await client.query(sql);
          await afterStatement?.({ sql, line: 1 });
        }
      });
    case "validate":
    case "index":
      await client.query(step.statement);
      return undefined;
    case "backfill":
      return step.silent === true ? withoutTriggers(client, step) : fill(client, step);
    case "copy":
      return inTransaction(client, async () => {
        await client.query("select set_config($1::text, 'off', true)", [syncOffSetting]);
        await client.query(copyAllSql(step));
      });
    case "verify":
      return verify(client, step);
  }
}

/** Takes a step back; a step without an undo leaves nothing behind that its neighbours do not take along. */
export async function undoStep(client: Client, step: Step): Promise<void> {
  if (step.undo === null) return;
  if (step.kind === "index") {
    for (const statement of step.undo) await client.query(statement);
    return;
  }
  const { undo } = step;
  for (const { add, validate } of step.kind === "ddl" ? (step.undoProofs ?? []) : []) {
    await client.query(add);
    await client.query(validate);
  }
  await inTransaction(client, async () => {
    for (const statement of undo) await client.query(statement);
  });
}

async function inTransaction(client: Client, work: () => Promise<void>): Promise<void> {
  await client.query("begin");
  try {
    await work();
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw error;
  }
}

/** Whoever owns a table may keep its triggers quiet, where nobody else is there who would miss them. */
async function withoutTriggers(client: Client, step: BackfillStep): Promise<void> {
  const table = quoteQualified(step.relation.schema, step.relation.name);
  const { rows } = await client.query<{ name: string }>(
    `select tgname as name from pg_trigger
      where tgrelid = $1::regclass and not tgisinternal and tgenabled = 'O' and tgparentid = 0`,
    [table],
  );
  const all = (verb: string): string =>
    rows.map(({ name }) => `alter table ${table} ${verb} trigger ${quoteIdentifier(name)}`).join("; ");
  await client.query(all("disable"));
  await fill(client, step);
  await client.query(all("enable"));
}

async function fill(client: Client, step: BackfillStep): Promise<void> {
  let after: unknown[] = [];
  for (let first = true; ; first = false) {
    let seen = 0;
    await inTransaction(client, async () => {
      await client.query("select set_config($1::text, 'off', true)", [syncOffSetting]);
      const { rows } = await client.query<Record<string, unknown>>(backfillBatchSql(step, { first }), [
        batchRows,
        ...after,
      ]);
      const [row = {}] = rows;
      seen = Number(row["seen"] ?? 0);
      after = Object.keys(row)
        .filter((name) => /^k\d+$/.test(name))
        .map((name) => row[name]);
    });
    if (seen === 0) return;
  }
}

async function verify(client: Client, { relation, violation, message }: VerifyStep): Promise<void> {
  const table = quoteQualified(relation.schema, relation.name);
  const { rows } = await client.query<{ offending: string }>(
    `select count(*) as offending from ${table} where ${violation}`,
  );
  const offending = Number(rows[0]?.offending ?? 0);
  if (offending === 0) return;
  throw new OffendingRows({ offending, message, schema: relation.schema, table: relation.name });
}

/** Rows that a verification counted. It has the fields of PostgreSQL's own refusals, so the rehearsal knows the table. */
export class OffendingRows extends Error {
  readonly code = "23514";
  readonly schema: string;
  readonly table: string;
  readonly offending: number;

  constructor({
    offending,
    message,
    schema,
    table,
  }: {
    offending: number;
    message: string;
    schema: string;
    table: string;
  }) {
    super(`${String(offending)} rows offend: ${message}`);
    this.schema = schema;
    this.table = table;
    this.offending = offending;
  }
}
