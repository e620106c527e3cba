import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { openShadow, type Shadow } from "pg-interlock/shadow";
import { applyChanges, changes } from "../changes/changes.ts";
import { applyMigrations } from "../database/apply-migrations.ts";
import { databaseUrl } from "../database/database-url.ts";
import { newMasterSecret } from "../notifications/secret.ts";
import { startProcess, type RunningProcess } from "../platform/supervisor.ts";
import { addMerchants, issueAccess, type Access } from "../seed/access.ts";
import { saleToPoiRequest } from "../terminals/nexo/sale-to-poi-request.ts";

export interface Answer {
  status: number;
  text: string;
  json: Record<string, unknown>;
  headers: Headers;
}

interface Call {
  path: string;
  method?: string;
  body?: unknown;
  key?: string | null;
  headers?: Record<string, string>;
}

/** A whole platform for a test: real processes, a database of its own, a journal of its own. */
export interface Platform {
  sql: Client;
  access: Access;
  api: RunningProcess;
  worker: RunningProcess;
  terminals: RunningProcess;
  acquirer: RunningProcess;
  databaseUrl: string;
  /** What the secrets are derived from that notifications are signed with. */
  notificationMaster: string;
  /** Calls the Payment API with the first merchant's key, or with `key` (null: none). */
  call(call: Call): Promise<Answer>;
  /** Calls the terminal service as the first terminal. */
  nexo(category: string, request: object, serviceId?: string): Promise<Record<string, unknown>>;
  /** Starts one more worker, or one in the place of one that was killed. */
  startWorker(flags?: Record<string, string | number>): Promise<RunningProcess>;
  /** Starts the acquirer again, on the same journal and port. */
  restartAcquirer(): Promise<void>;
  stop(): Promise<void>;
}

export async function migrate(sql: Client): Promise<void> {
  await applyChanges(sql, changes.slice(0, 1));
}

export async function startPlatform(options: {
  version: string;
  migrated: boolean;
  apiFlags?: Record<string, string | number>;
  workerFlags?: Record<string, string | number>;
  terminalFlags?: Record<string, string | number>;
  acquirerFlags?: Record<string, string | number>;
}): Promise<Platform> {
  const shadow = await openShadow();
  const directory = await mkdtemp(join(tmpdir(), "payments-test-"));
  const started: RunningProcess[] = [];
  const { sql, url, access } = await prepareDatabase(shadow, options.migrated);
  const journal = join(directory, "journal.sqlite");
  const start = async (...[startOptions]: Parameters<typeof startProcess>): Promise<RunningProcess> => {
    const process = await startProcess({ onDiagnostic: () => undefined, ...startOptions });
    started.push(process);
    return process;
  };
  const acquirerFlags = { journal, "latency-ms": 1, ...options.acquirerFlags };
  let acquirer = await start({ name: "acquirer", flags: acquirerFlags });
  const acquirerUrl = acquirer.url;
  const notificationMaster = newMasterSecret();
  const environment = { NOTIFICATION_SECRET: notificationMaster };
  const api = await start({
    name: "api",
    databaseUrl: url,
    environment,
    flags: { version: options.version, acquirer: acquirerUrl, ...options.apiFlags },
  });
  const startWorker = async (flags = options.workerFlags): Promise<RunningProcess> =>
    start({
      name: "worker",
      databaseUrl: url,
      environment,
      flags: {
        version: options.version,
        acquirer: acquirerUrl,
        "public-url": api.url,
        "loopback-receivers": "allowed",
        "retry-scale": 0.02,
        ...flags,
      },
    });
  const [worker, terminals] = await Promise.all([
    startWorker(),
    start({
      name: "terminals",
      databaseUrl: url,
      flags: { acquirer: acquirerUrl, ...options.terminalFlags },
    }),
  ]);
  return {
    sql,
    access,
    api,
    worker,
    terminals,
    get acquirer() {
      return acquirer;
    },
    databaseUrl: url,
    notificationMaster,
    startWorker,
    call: async (call) => callApi(api.url, access, call),
    nexo: async (category, request, serviceId) =>
      callTerminals(terminals.url, access, { category, request, serviceId }),
    async restartAcquirer() {
      const port = Number(new URL(acquirerUrl).port);
      acquirer = await start({ name: "acquirer", flags: { ...acquirerFlags, port } });
    },
    async stop() {
      await Promise.all(started.map(async (process) => process.stop()));
      await sql.end();
      await shadow.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function prepareDatabase(
  shadow: Shadow,
  migrated: boolean,
): Promise<{ sql: Client; url: string; access: Access }> {
  const connection = shadow.connection(await shadow.createDatabase());
  const sql = new Client(connection);
  await sql.connect();
  await applyMigrations(sql);
  await addMerchants(sql);
  if (migrated) await migrate(sql);
  const access = await issueAccess(sql);
  return { sql, url: databaseUrl(connection), access };
}

async function callApi(
  url: string,
  access: Access,
  { path, method = "GET", body, key = access.keys[0] ?? null, headers = {} }: Call,
): Promise<Answer> {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined || body instanceof URLSearchParams
        ? {}
        : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined
      ? {}
      : { body: typeof body === "string" || body instanceof URLSearchParams ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    text,
    json: JSON.parse(text) as Record<string, unknown>,
    headers: answer.headers,
  };
}

async function callTerminals(
  url: string,
  access: Access,
  {
    category,
    request,
    serviceId = `service-${randomBytes(6).toString("hex")}`,
  }: { category: string; request: object; serviceId: string | undefined },
): Promise<Record<string, unknown>> {
  const terminal = access.terminals[0];
  const answer = await fetch(`${url}/nexo`, {
    method: "POST",
    headers: { authorization: `Bearer ${terminal?.token ?? ""}`, "content-type": "application/json" },
    body: JSON.stringify(
      saleToPoiRequest({ category, request, serviceId, saleId: "test", poiId: terminal?.poiId }),
    ),
  });
  const message = (await answer.json()) as { SaleToPOIResponse?: Record<string, Record<string, unknown>> };
  return message.SaleToPOIResponse?.[`${category}Response`] ?? { status: answer.status };
}

/** A PaymentRequest of `amount` euros with a card. */
export function terminalPayment(amount: number, number = "5555555555554444"): object {
  return {
    SaleData: { SaleTransactionID: { TransactionID: "sale-1", TimeStamp: "2026-01-01T00:00:00Z" } },
    PaymentTransaction: { AmountsReq: { Currency: "EUR", RequestedAmount: amount } },
    PaymentData: {
      PaymentInstrumentData: { CardData: { SensitiveCardData: { PAN: number, ExpiryDate: "1240" } } },
    },
  };
}

export const approvedCard = { card_number: "4242424242424242", expiry: "12/40", cvv: "123" };

/** Creates a payment and pays it; returns its id. */
export async function makePaid(platform: Platform, amount: number): Promise<string> {
  const created = await platform.call({
    method: "POST",
    path: "/v1/payments",
    body: { amount, currency: "EUR" },
  });
  const id = String(created.json["id"]);
  const paid = await platform.call({ method: "POST", path: `/pay/${id}`, body: approvedCard, key: null });
  if (paid.json["is_paid"] !== true) throw new Error(`not paid: ${paid.text}`);
  return id;
}

/** What does not add up in the ledger and between it and the payments, on any structure: empty when all is well. */
export async function differences(sql: Client): Promise<object[]> {
  const { rows } = await sql.query<object>(`
    select 'unbalanced' as what, currency as id from ledger_entries
      group by currency, left(account_id, 5) having sum(amount_cents) <> 0
    union all
    select 'capture', payments.id from payments
      left join ledger_transfers on kind = 'capture' and reference = payments.id
      where coalesce(ledger_transfers.amount_cents, 0) <>
        case when paid_at is null then 0 else payments.amount_cents end
    union all
    select 'refunds', payments.id from payments
      where amount_refunded_cents <> (select coalesce(sum(ledger_transfers.amount_cents), 0)
        from refunds join ledger_transfers on kind = 'refund' and reference = refunds.id
        where refunds.payment_id = payments.id)
    union all
    select 'balance', merchant_balances.merchant_id from merchant_payables as merchant_balances
      where payable_cents <> (select coalesce(-sum(ledger_entries.amount_cents), 0) from ledger_entries
        where account_id = case when merchant_balances.is_live then 'live:' else 'test:' end
          || 'merchant:' || merchant_balances.merchant_id)
        - (select coalesce(sum(coalesce(to_jsonb(payments) -> 'amount_refunding_cents',
            to_jsonb(payments) -> 'amount_refund_pending_cents')::bigint), 0) from payments
          where payments.merchant_id = merchant_balances.merchant_id and payments.is_live = merchant_balances.is_live)
    union all
    -- What the acquirer decided is what became of the payment, whole and in its amounts.
    select 'operations', payments.id from payments
      left join acquirer_operations attempt on attempt.reference = attempt_id
      left join acquirer_operations closing on closing.reference = closing_id
      where case
        when paid_at is not null and auto_capture then closing_id is null
          and attempt.state = 'approved' and attempt.amount_cents = payments.amount_cents
        when paid_at is not null then attempt.state = 'approved' and attempt.amount_cents = authorized_amount_cents
          and closing.kind = 'capture' and closing.state = 'approved' and closing.amount_cents = payments.amount_cents
        when authorized_at is not null and failure_code is not null then attempt.state = 'approved'
          and closing.kind = 'release' and closing.state = 'approved'
        when authorized_at is not null then attempt.state = 'approved'
          and (closing_id is null or closing.state = 'pending')
        when failure_code is not null then attempt_id is null or attempt.state = 'declined'
        else attempt_id is null or attempt.state = 'pending'
      end is not true
    union all
    -- Every approval has its payment, and only one.
    select 'approved for nothing', acquirer_operations.reference from acquirer_operations
      left join payments on payments.id = subject_id and reference in (attempt_id, closing_id)
      where acquirer_operations.kind in ('payment', 'capture', 'release') and acquirer_operations.state = 'approved'
        and payments.id is null
    union all
    select 'pending', reference from acquirer_operations where state = 'pending'`);
  return rows;
}
