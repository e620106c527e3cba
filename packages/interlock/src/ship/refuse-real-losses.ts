import type { Client } from "pg";
import { sessionIsGone, sqlstateOf } from "../database/sqlstate.ts";
import { Failure } from "../std/failure.ts";
import { quoteQualified } from "../sql/quote.ts";
import type { Loss } from "../plan/plan.ts";
import type { Execution } from "./execution.ts";
import { hasDecision, noteDecision } from "./journal.ts";
import { meaningOf, type ChangeRecord } from "./journal-record.ts";

/** How long rows are counted for one kind of loss: a rollback is not to wait for the figure. */
const countMs = 5_000;

interface CountedLoss {
  loss: Loss;
  /** Rows that it is about; null where they could not be counted in time, or not at all. */
  rows: number | null;
}

/**
 * Looks, before anything is undone, at what a rollback would lose now, and at rows that would keep it from its end.
 * Throws `Failure` "rows-in-the-way", or "loss-not-accepted" unless that was accepted, now or when it was begun.
 */
export async function refuseRealLosses(
  execution: Execution,
  { change, isAccepted }: { change: ChangeRecord; isAccepted: boolean },
): Promise<void> {
  const { client } = execution.session;
  const counted: CountedLoss[] = [];
  for (const loss of change.plan.losses) {
    if (loss.when !== "rollback" || loss.kind === "stays") continue;
    const rows = await countRows(client, loss);
    if (rows !== 0) counted.push({ loss, rows });
  }
  const inTheWay = counted.filter(({ loss, rows }) => loss.kind === "refused" && rows !== null);
  if (inTheWay.length > 0) throw rowsInTheWay(change, inTheWay);
  const going = counted.filter(({ loss }) => loss.kind === "goes");
  if (going.length === 0) return;
  const { number } = change;
  if (isAccepted) {
    const detail = { losses: going.map(({ loss, rows }) => ({ ...loss, count: rows })) };
    await noteDecision(client, { number, decision: "accept-loss", detail });
    return;
  }
  if (await hasDecision(client, { number, decision: "accept-loss" })) return;
  throw notAccepted(change, going);
}

/** Null where the count takes too long or the condition can't be computed; 0 where its table or column is not there yet. */
async function countRows(client: Client, { table, rows: condition }: Loss): Promise<number | null> {
  if (table === null || condition === null) return null;
  try {
    await client.query(`begin read only; set local statement_timeout = ${String(countMs)}`);
    const { rows } = await client.query<{ interlock_count: string }>(
      `select count(*) as interlock_count from ${quoteQualified(table.schema, table.name)} where ${condition}`,
    );
    await client.query("commit");
    return Number(rows[0]?.interlock_count ?? 0);
  } catch (error) {
    if (sessionIsGone(error)) throw error;
    await client.query("rollback");
    // What is not made yet holds nothing.
    return ["42703", "42P01"].includes(sqlstateOf(error) ?? "") ? 0 : null;
  }
}

function rowsInTheWay(change: ChangeRecord, losses: readonly CountedLoss[]): Failure {
  return new Failure({
    code: "rows-in-the-way",
    message: `Change ${change.plan.id} can't be taken back while there are rows that the old shape refuses.`,
    why: losses.map(describe).join("\n"),
    state: `${meaningOf(change.state)} Nothing was undone.`,
    next: "Put these rows right and run `interlock rollback` again, or go on with `interlock resume`.",
  });
}

function notAccepted(change: ChangeRecord, losses: readonly CountedLoss[]): Failure {
  return new Failure({
    code: "loss-not-accepted",
    message: `A rollback of change ${change.plan.id} would lose what the new version has written.`,
    why: losses.map(describe).join("\n"),
    state: `${meaningOf(change.state)} Nothing was undone.`,
    next: "Copy these values elsewhere if you need them; then run `interlock rollback --accept-loss`. Or go on with `interlock resume`.",
  });
}

function describe({ loss, rows }: CountedLoss): string {
  const count =
    rows === null
      ? "its rows could not be counted"
      : rows === 1
        ? "1 row now"
        : `${rows.toLocaleString("en")} rows now`;
  return `${loss.what.replace(/\.$/, "")}: ${count}.`;
}
