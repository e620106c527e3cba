import { Client } from "pg";
import { newPayment, insertValues } from "../../packages/payments/src/api/paying/new-payment.ts";
import { findRelease } from "../../packages/payments/src/api/releases/all.ts";
import { apiStatements } from "../../packages/payments/src/api/statements/all.ts";
import type { Statement } from "../../packages/payments/src/database/statement.ts";
import { newIdentifier } from "../../packages/payments/src/payments/identifier.ts";
import { readLoadFlags, repeat, type LoadResult } from "./flags.ts";

// What pgbench does: each client has a session of its own and sends the statements of the Payment API, prepared,
// one after the other, with nothing in between. It is the rate that the database allows.
const flags = readLoadFlags();
const statements = apiStatements(findRelease(process.env["RELEASE"] ?? "2.2.0"));
const merchants = (process.env["MERCHANTS"] ?? "").split(",");
const idle: Client[] = [];
for (let count = 0; count < flags.concurrency; count++) {
  const client = new Client({ connectionString: process.env["DATABASE_URL"] ?? "" });
  await client.connect();
  idle.push(client);
}
let turn = 0;

const run = async (client: Client, { name, sql }: Statement, values: unknown[]): Promise<unknown[]> =>
  (await client.query<object>({ name, text: sql, values })).rows;

async function pay(): Promise<boolean> {
  const client = idle.pop();
  if (client === undefined) throw new Error("there are as many clients as workers");
  const caller = { merchantId: merchants[turn++ % merchants.length] ?? "", isLive: false };
  const open = newPayment(caller, {
    amountCents: 99 + (turn % 25_000),
    description: "Order",
    metadata: { order: turn },
    billing: {
      first_name: "Ada",
      last_name: "Martin",
      email: "ada@example.net",
      country: "FR",
      language: "fr",
    },
    hostedPayment: {
      return_url: "https://shop.example.net/back",
      cancel_url: "https://shop.example.net/left",
    },
  });
  const { id } = open.row;
  const attempt = newIdentifier("att");
  try {
    await run(client, statements.insertPayment, insertValues(caller, open));
    if (flags.step === "create") return true;
    await run(client, statements.beginAttempt, [id, attempt, "Visa", "4242", 12, 2040, "FR", false]);
    const settled = await run(client, statements.settlePayment, [attempt, false]);
    await run(client, statements.getPayment, [id, caller.merchantId, caller.isLive]);
    return settled.length === 1;
  } finally {
    idle.push(client);
  }
}

const result: LoadResult = { ...(await repeat(flags, pay)), latencyMs: {} };
for (const client of idle) await client.end();
process.stdout.write(`${JSON.stringify(result)}\n`);
