import { Client, Pool } from "pg";
import * as fc from "fast-check";
import { openShadow, type Shadow } from "pg-interlock/shadow";
import { afterAll, beforeAll, expect, test } from "vitest";
import { applyMigrations } from "../database/apply-migrations.ts";
import { addMerchants } from "../seed/access.ts";
import { holdRefund } from "./booking.ts";
import { addCredits } from "./statements.ts";

let shadow: Shadow;
let sql: Client;
let pool: Pool;
beforeAll(async () => {
  shadow = await openShadow();
  const connection = shadow.connection(await shadow.createDatabase());
  sql = new Client(connection);
  await sql.connect();
  await applyMigrations(sql);
  await addMerchants(sql);
  pool = new Pool({ ...connection, max: 8 });
});
afterAll(async () => {
  await pool.end();
  await sql.end();
  await shadow.close();
});

const merchant = ["acc_000001", false] as const;
const hold = `with refund as (select $1::text as merchant_id, $2::boolean as is_live, $3::bigint as amount_cents),
  ${holdRefund("refund")} select`;
const credit =
  "insert into merchant_credits (merchant_id, is_live, amount_cents, currency) values ($1, $2, $3, 'EUR')";

test("credits are counted once, and refunds keep the policy, whatever runs at once", async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant("credit" as const), cents: fc.integer({ min: 1, max: 30_000 }) }),
    fc.record({ kind: fc.constant("hold" as const), cents: fc.integer({ min: 1, max: 60_000 }) }),
    fc.record({ kind: fc.constant("add" as const), cents: fc.constant(0) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 24 }), async (steps) => {
      await sql.query("delete from merchant_credits");
      await sql.query("update merchant_balances set payable_cents = 0");
      const run = async ({ kind, cents }: (typeof steps)[number]): Promise<number> => {
        if (kind === "add") return pool.query(addCredits.sql, [...merchant]).then(() => 0);
        const text = kind === "credit" ? credit : hold;
        return pool.query(text, [...merchant, cents]).then(
          () => (kind === "credit" ? cents : -cents),
          (error: { constraint?: string }) => {
            expect(error.constraint).toBe("merchant_balances_policy");
            return 0;
          },
        );
      };
      const moved = await Promise.all(steps.map(run));
      const { rows } = await sql.query<{ payable: number; balance: number; lowest: number }>(
        `select merchant_payables.payable_cents::integer as payable,
           merchant_balances.payable_cents::integer as balance, lowest_cents::integer as lowest
         from merchant_payables join merchant_balances using (merchant_id, is_live, currency)
         where merchant_id = $1::text and is_live = $2::boolean`,
        [...merchant],
      );
      expect(rows[0]?.payable).toBe(moved.reduce((sum, cents) => sum + cents, 0));
      expect(rows[0]?.balance).toBeGreaterThanOrEqual(rows[0]?.lowest ?? 0);
    }),
    { numRuns: 60 },
  );
});

test("a refund that credits cover is not refused because they have not been added yet", async () => {
  await sql.query("delete from merchant_credits");
  await sql.query("update merchant_balances set payable_cents = lowest_cents");
  await sql.query(credit, [...merchant, 500]);
  await sql.query(credit, [...merchant, 500]);
  await sql.query(hold, [...merchant, 1_000]);
  await expect(sql.query(hold, [...merchant, 1])).rejects.toMatchObject({ code: "23514" });
});
