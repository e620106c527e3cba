import type { Client } from "pg";
import type { Baseline } from "./baseline.ts";
import { copyIn } from "./copy-in-submittable.ts";
import { describeOn } from "./describe-submittable.ts";
import type { Outcome } from "./examine-state.ts";
import { problemBehind } from "./change-failure.ts";
import type { BreakKind } from "./first-break.ts";
import type { StatementResult } from "./rehearsal.ts";
import type { StateChange } from "./state-change.ts";
import { tolerant } from "./trial-session.ts";

export interface Broken {
  result: StatementResult;
  outcome: Outcome;
  kind: BreakKind;
}

/**
 * Runs the changes once more on a fresh copy, and tries what broke after every single statement of the
 * change it broke with: the line to blame is the first one after which it stays broken.
 */
export async function locateLines({
  baseline,
  changes,
  broken,
}: {
  baseline: Baseline;
  changes: readonly StateChange[];
  broken: readonly Broken[];
}): Promise<void> {
  const last = Math.max(...broken.map(({ outcome }) => outcome.state));
  const database = await baseline.sandbox.createDatabase(baseline.database);
  const client = await baseline.sandbox.migrator(database);
  try {
    for (const [index, change] of changes.slice(0, last).entries()) {
      const here = broken.filter(({ outcome }) => outcome.state === index + 1);
      if (here.length === 0) {
        await change.apply(client);
        continue;
      }
      const before = new Map<Broken, string>();
      for (const one of here) before.set(one, await signOf(client, one));
      await change.apply(client, async ({ line }) => {
        if (client.getTransactionStatus() === "E") return;
        for (const one of here) await look(client, { one, line, before: before.get(one) ?? "" });
      });
    }
  } catch (error) {
    // It went through without looking, so it is the looking that it minds: a number of a sequence that is taken is
    // not given back. Then the file has to do, without lines.
    if (problemBehind(error) === undefined) throw error;
    for (const { result, outcome } of broken) result.lines.delete(outcome.state);
  } finally {
    await client.end();
    await baseline.sandbox.dropDatabase(database);
  }
}

async function look(
  client: Client,
  { one, line, before }: { one: Broken; line: number; before: string },
): Promise<void> {
  const { lines } = one.result;
  const { state } = one.outcome;
  if ((await signOf(client, one)) === before) lines.delete(state);
  else if (!lines.has(state)) lines.set(state, line);
}

/** What tells a broken statement from a sound one at this point. */
async function signOf(client: Client, { result, outcome, kind }: Broken): Promise<string> {
  const { statement } = result.home;
  return takenBack(client, async () => {
    if (kind !== "write-breaks") {
      const { problem, print } = await describeOn(client, statement.sql);
      return problem?.sqlstate ?? (kind === "statement-breaks" ? "" : print);
    }
    const failed = outcome.executed.kind === "failed" ? outcome.executed : undefined;
    const runs = failed?.again?.runs ?? [failed?.values ?? []];
    if (statement.copy !== undefined) {
      const problem = await copyIn(client, { sql: statement.sql, data: failed?.copyData ?? "" });
      return problem !== undefined && problem.sqlstate === failed?.problem.sqlstate ? problem.sqlstate : "";
    }
    try {
      for (const sql of failed?.prepare ?? []) await client.query(tolerant(sql));
      for (const values of runs) await client.query({ text: statement.sql, values: [...values] });
      await client.query("set constraints all immediate");
      return "";
    } catch (error) {
      const code: unknown = typeof error === "object" && error !== null && "code" in error ? error.code : "";
      return code === failed?.problem.sqlstate ? String(code) : "";
    }
  });
}

async function takenBack<Result>(client: Client, run: () => Promise<Result>): Promise<Result> {
  const inTransaction = client.getTransactionStatus() === "T";
  await client.query(inTransaction ? "savepoint interlock_look" : "begin");
  try {
    return await run();
  } finally {
    await client.query(
      inTransaction ? "rollback to savepoint interlock_look; release savepoint interlock_look" : "rollback",
    );
  }
}
