import type { Client } from "pg";
import { sessionIsGone, sqlstateOf } from "../database/sqlstate.ts";
import { Failure } from "../std/failure.ts";
import { displayName, quoteIdentifier, quoteQualified } from "../sql/quote.ts";
import type { VerifyStep } from "../plan/plan.ts";
import { cancellable } from "./cancellable.ts";
import type { Execution, StepOutcome, StepTask } from "./execution.ts";
import { meaningOf, type ChangeState } from "./journal-record.ts";
import { stepFailed } from "./step-failure.ts";
import { markEnded } from "./step-journal.ts";

/** How many offending rows are named. */
const rowsNamed = 5;

/** Counts the rows that offend, over the whole table. Throws `Failure` "verification-failed" where there are any. */
export async function runVerifyStep(
  execution: Execution,
  { change, record, step }: StepTask<VerifyStep>,
): Promise<StepOutcome> {
  const { session } = execution;
  const { state } = change;
  const count = await inReadOnly(execution, { step, state }, async (client) => {
    const { rows } = await client.query<{ interlock_count: string }>(
      // The name keeps it apart from the application's statements, where they are counted.
      `select count(*) as interlock_count from ${quoteQualified(step.relation.schema, step.relation.name)} where (${step.violation})`,
    );
    return Number(rows[0]?.interlock_count ?? 0);
  });
  if (count > 0) {
    const named = await inReadOnly(execution, { step, state }, (client) => offendingRows(client, step));
    throw verificationFailed({ step, state, count, named });
  }
  await markEnded(session.client, { number: change.number, ordinal: record.ordinal, state: "done", rows: 0 });
  return { lockWaitMs: 0, lockHeldMs: 0, rows: 0, attempts: 1 };
}

async function inReadOnly<T>(
  execution: Execution,
  { step, state }: { step: VerifyStep; state: ChangeState },
  run: (client: Client) => Promise<T>,
): Promise<T> {
  const { client } = execution.session;
  return cancellable(execution, {
    state,
    run: async () => {
      await client.query("begin read only; set local statement_timeout = 0");
      try {
        const value = await run(client);
        await client.query("commit");
        return value;
      } catch (error) {
        if (sessionIsGone(error)) throw error;
        await client.query("rollback");
        // `cancellable` tells our own cancelling from somebody else's.
        if (sqlstateOf(error) === undefined || execution.signal?.aborted === true) throw error;
        throw stepFailed({ error, step, state });
      }
    },
  });
}

/** Names a few offending rows: by their primary key, or by where they are. */
async function offendingRows(client: Client, { relation, violation }: VerifyStep): Promise<string[]> {
  const table = quoteQualified(relation.schema, relation.name);
  const { rows: columns } = await client.query<{ name: string }>(
    `select a.attname as name from pg_catalog.pg_index i
       join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey::smallint[])
      where i.indrelid = $1::regclass and i.indisprimary
      order by array_position(i.indkey::smallint[], a.attnum)`,
    [table],
  );
  const names = columns.length === 0 ? ["ctid"] : columns.map(({ name }) => name);
  const { rows } = await client.query<{ interlock_key: string[] }>(
    `select array[${names.map((name) => `${quoteIdentifier(name)}::text`).join(", ")}] as interlock_key
       from ${table} where (${violation}) limit ${String(rowsNamed)}`,
  );
  return rows.map(({ interlock_key: key }) =>
    names.map((name, at) => `${displayName(name)} = ${key[at] ?? "null"}`).join(", "),
  );
}

function verificationFailed({
  step,
  state,
  count,
  named,
}: {
  step: VerifyStep;
  state: ChangeState;
  count: number;
  named: readonly string[];
}): Failure {
  const rows = count === 1 ? "1 row" : `${count.toLocaleString("en")} rows`;
  const table = displayName(step.relation.schema, step.relation.name);
  const examples = named.length === 0 ? "" : `\n${named.join("\n")}${count > named.length ? "\n…" : ""}`;
  return new Failure({
    code: "verification-failed",
    message: `${rows} of ${table} offend against step ${step.id} (${step.title}).`,
    why: `${step.message}${examples}`,
    state: `${meaningOf(state)} Nothing was removed.`,
    next: "Put these rows right and run `interlock resume`, or run `interlock rollback` to take the change back.",
  });
}
