import { setTimeout as sleep } from "node:timers/promises";
import * as fc from "fast-check";
import { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testCards } from "../acquirer/test-cards.ts";
import { answerChallenge, rightCode } from "../testing/answer-challenge.ts";
import { approvedCard, differences, startPlatform, type Answer, type Platform } from "../testing/platform.ts";

const patienceMs = 20_000;
const runs = Number(process.env["OPERATION_RUNS"] ?? 12);

// Everything that is done to payments, by everybody: one of a few payments at a time is drawn by `place`.
const place = fc.nat({ max: 3 });
const cents = fc.option(fc.integer({ min: 10, max: 3_000 }));
const operation = fc.oneof(
  fc.record({
    kind: fc.constant("create" as const),
    amount: fc.integer({ min: 99, max: 3_000 }),
    deferred: fc.boolean(),
    saveCard: fc.boolean(),
  }),
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("pay" as const),
      place,
      card: fc.constantFrom(
        testCards.approved,
        testCards.approved,
        testCards.declined,
        testCards.approvedAnswerLost,
        testCards.declinedAnswerLost,
        testCards.answeredTwice,
        testCards.challenge,
        testCards.challengeAnswerLost,
        testCards.challengeThenDeclined,
        testCards.challengeReturnLost,
        testCards.refundAnswerLost,
        testCards.refundDeclined,
      ),
    }),
  },
  fc.record({
    kind: fc.constant("answer the challenge" as const),
    place,
    code: fc.constantFrom(rightCode, rightCode, "123456"),
  }),
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("capture" as const), place, amount: cents }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("refund" as const), place, amount: cents }) },
  fc.record({ kind: fc.constant("abort" as const), place }),
  fc.record({ kind: fc.constant("expire" as const), place }),
  fc.record({
    kind: fc.constant("charge the saved card" as const),
    place,
    amount: fc.integer({ min: 99, max: 3_000 }),
    initiator: fc.constantFrom("PAYER", "MERCHANT"),
  }),
);
type Operation = typeof operation extends fc.Arbitrary<infer Value> ? Value : never;

describe.each([
  { version: "2.2.0", migrated: false },
  { version: "2.3.0", migrated: true },
])("money under $version", (release) => {
  let platform: Platform;
  let sql: Pool;
  beforeAll(async () => {
    // Recovery is so quick here that it gets in the way of requests which are still under way.
    platform = await startPlatform({
      ...release,
      workerFlags: {
        "recover-after-ms": 40,
        "recover-every-ms": 20,
        "challenge-ms": 300,
        "challenges-every-ms": 50,
        "expire-every-ms": 20,
      },
    });
    sql = new Pool({ connectionString: platform.databaseUrl, max: 4 });
  });
  afterAll(async () => {
    await sql.end();
    await platform.stop();
  });

  const call = async (method: string, path: string, body: object): Promise<Answer> =>
    platform.call({ method, path, body });
  const create = async (body: object): Promise<Answer> =>
    call("POST", "/v1/payments", { currency: "EUR", notification_url: "http://127.0.0.1:1/ipn", ...body });

  /** Does one operation to one of the payments; what it makes is added to them. Returns the status, 0 for nothing done. */
  const run = async (ids: string[], wanted: Operation): Promise<number> => {
    if (wanted.kind === "create") {
      const { amount, deferred, saveCard } = wanted;
      const sum = deferred ? { authorized_amount: amount, auto_capture: false } : { amount };
      return remember(ids, await create({ ...sum, save_card: saveCard }));
    }
    const id = ids[wanted.place % ids.length] ?? "";
    switch (wanted.kind) {
      case "pay":
        return (await call("POST", `/pay/${id}`, { ...approvedCard, card_number: wanted.card })).status;
      case "capture": {
        const amount = wanted.amount === null ? {} : { amount: wanted.amount };
        return (await call("PATCH", `/v1/payments/${id}`, { captured: true, ...amount })).status;
      }
      case "refund": {
        const body = wanted.amount === null ? {} : { amount: wanted.amount };
        return (await call("POST", `/v1/payments/${id}/refunds`, body)).status;
      }
      case "abort":
        return (await call("PATCH", `/v1/payments/${id}`, { aborted: true })).status;
      case "answer the challenge":
        return proveIdentity(id, wanted.code);
      case "expire":
        await sql.query(
          "update payments set authorization_expires_at = now() where id = $1::text and authorized_at is not null",
          [id],
        );
        return 0;
      case "charge the saved card": {
        const { json } = await platform.call({ path: `/v1/payments/${id}` });
        const card = (json["card"] as { id: string | null }).id;
        if (card === null) return 0;
        const { amount, initiator } = wanted;
        return remember(ids, await create({ amount, initiator, payment_method: card }));
      }
    }
  };
  const proveIdentity = async (id: string, code: string): Promise<number> => {
    const { rows } = await sql.query<{ url: string }>(
      "select challenge_url as url from acquirer_operations where subject_id = $1::text and challenge_url is not null",
      [id],
    );
    const url = rows[0]?.url;
    if (url === undefined) return 0;
    // The browser may lose the answer, and then nobody comes back.
    const back = await answerChallenge(url, code).catch(() => null);
    if (back === null) return 0;
    const answer = await fetch(back, { redirect: "manual" });
    await answer.arrayBuffer();
    return answer.status;
  };

  /** Until nothing waits for the acquirer any more: the worker sees to that. */
  const settled = async (): Promise<void> => {
    const end = Date.now() + patienceMs;
    for (;;) {
      const { rows } = await sql.query(
        `select reference from acquirer_operations where state = 'pending'
         union all select id from payments where authorization_expires_at <= now() and paid_at is null
           and failure_code is null`,
      );
      if (rows.length === 0) return;
      if (Date.now() > end) throw new Error(`still under way: ${JSON.stringify(rows)}`);
      await sleep(20);
    }
  };

  test("adds up after any operations, in any order, several at once", { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.array(fc.array(operation, { minLength: 1, maxLength: 5 }), { minLength: 2, maxLength: 5 }),
        async (deferred, rounds) => {
          const ids: string[] = [];
          await run(ids, { kind: "create", amount: 2_000, deferred, saveCard: true });
          for (const round of rounds) {
            const statuses = await Promise.all(round.map(async (wanted) => run(ids, wanted)));
            // 504: the acquirer has not said yet, and the worker finds out.
            expect(statuses.filter((status) => status >= 500 && status !== 504)).toEqual([]);
          }
          await settled();
          expect(await differences(platform.sql)).toEqual([]);
          expect(await untold(sql)).toEqual([]);
          expect(await Promise.all(ids.map(async (id) => seenByMerchant(platform, id)))).toEqual(
            await Promise.all(ids.map(async (id) => seenByLedger(sql, id))),
          );
        },
      ),
      { numRuns: runs },
    );
  });
});

function remember(ids: string[], answer: Answer): number {
  if (answer.status === 201) ids.push(String(answer.json["id"]));
  return answer.status;
}

/** Payments whose merchant was not told of each thing that happened, or was told of it twice. */
async function untold(sql: Pool): Promise<object[]> {
  const { rows } = await sql.query<object>(
    `select payments.id, told.events, happened.events as happened
     from payments, lateral (
       select coalesce(array_agg(event order by event), '{}') as events from notifications
       where stream_id = payments.id and event <> 'payment.challenged'
     ) as told, lateral (
       select coalesce(array_agg(event order by event), '{}') as events from (
         select 'payment.authorized' as event where authorized_at is not null
         union all select 'payment.paid' where paid_at is not null
         union all select 'payment.failed' where failure_code is not null
         union all select 'refund.succeeded' from refunds
           where refunds.payment_id = payments.id and refunds.state = 'succeeded'
       ) as event
     ) as happened
     where notification_url is not null and told.events <> happened.events`,
  );
  return rows;
}

interface View {
  id: string;
  paidCents: number;
  refundedCents: number;
  isRefunded: boolean;
  refunds: number;
}

async function seenByMerchant(platform: Platform, id: string): Promise<View> {
  const { json } = await platform.call({ path: `/v1/payments/${id}` });
  const refunds = await platform.call({ path: `/v1/payments/${id}/refunds?per_page=100` });
  return {
    id,
    paidCents: json["is_paid"] === true ? Number(json["amount"]) : 0,
    refundedCents: Number(json["amount_refunded"]),
    isRefunded: json["is_refunded"] === true,
    refunds: Number(refunds.json["count"]),
  };
}

/** The same, from what is booked alone. */
async function seenByLedger(sql: Pool, id: string): Promise<View> {
  const { rows } = await sql.query<{ paid: number; refunded: number; refunds: number }>(
    `select coalesce(sum(amount_cents) filter (where kind = 'capture'), 0)::integer as paid,
       coalesce(sum(amount_cents) filter (where kind = 'refund'), 0)::integer as refunded,
       count(*) filter (where kind = 'refund')::integer as refunds
     from ledger_transfers
     where reference = $1::text or reference in (select refunds.id from refunds where payment_id = $1::text)`,
    [id],
  );
  const { paid = 0, refunded = 0, refunds = 0 } = rows[0] ?? {};
  return { id, paidCents: paid, refundedCents: refunded, isRefunded: paid > 0 && refunded === paid, refunds };
}
