import type { ClientBase } from "pg";
import { Journal } from "../acquirer/journal/journal.ts";
import { historySteps } from "./history.ts";

/**
 * Fills an empty platform with `payments` payments of the past, in one transaction, and the acquirer's
 * journal with its side of them. Keeps what is there when there are payments already. Returns how many
 * payments there are.
 */
export async function addHistory(
  client: ClientBase,
  { payments, journal }: { payments: number; journal: string | undefined },
): Promise<number> {
  const before = await countPayments(client);
  if (before > 0 || payments === 0) return before;
  await client.query("begin");
  try {
    await skipRowTriggers(client);
    for (const { sql, takesCount } of historySteps) await client.query(sql, takesCount ? [payments] : []);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw error;
  }
  if (journal !== undefined) await copyToJournal(client, journal);
  // Plans made before the first autovacuum would be made for empty tables.
  await client.query("vacuum analyze");
  return countPayments(client);
}

/**
 * The rows come from one another, so looking each foreign key up again (two thirds of the time for the
 * ledger) tells nothing new. Only a superuser may do without; for anybody else it takes longer.
 */
async function skipRowTriggers(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ superuser: boolean }>(
    "select current_setting('is_superuser')::boolean as superuser",
  );
  if (rows[0]?.superuser === true) await client.query("set local session_replication_role = replica");
}

async function countPayments(client: ClientBase): Promise<number> {
  const { rows } = await client.query<{ count: number }>("select count(*)::integer as count from payments");
  return rows[0]?.count ?? 0;
}

async function copyToJournal(client: ClientBase, path: string): Promise<void> {
  const { rows } = await client.query<{
    reference: string;
    kind: "sale" | "authorisation" | "capture" | "release" | "refund";
    state: "approved" | "declined";
    code: string | null;
    amount_cents: number;
    authorisation: string | null;
    finished_at: Date;
  }>(`select acquirer_operations.reference, acquirer_operations.state, acquirer_operations.code,
    acquirer_operations.amount_cents, acquirer_operations.finished_at,
    case when acquirer_operations.kind <> 'payment' then acquirer_operations.kind
      when payments.auto_capture then 'sale' else 'authorisation' end as kind,
    case when acquirer_operations.kind <> 'payment' then payments.attempt_id end as authorisation
  from acquirer_operations
    left join refunds on refunds.id = acquirer_operations.subject_id
    join payments on payments.id = coalesce(refunds.payment_id, acquirer_operations.subject_id)
  order by acquirer_operations.finished_at, acquirer_operations.kind = 'payment' desc`);
  const journal = new Journal(path);
  let last = Promise.resolve();
  for (const row of rows) {
    last = journal.decisions.add(
      {
        reference: row.reference,
        kind: row.kind,
        state: row.state,
        code: row.code,
        amountCents: row.amount_cents,
        authorisation: row.authorisation,
        is3ds: false,
        token: null,
      },
      row.finished_at.getTime(),
    );
  }
  await last;
  journal.close();
}
