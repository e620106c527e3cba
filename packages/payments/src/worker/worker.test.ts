import { setTimeout as sleep } from "node:timers/promises";
import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { testCards } from "../acquirer/test-cards.ts";
import type { RunningProcess } from "../platform/supervisor.ts";
import { answerChallenge } from "../testing/answer-challenge.ts";
import { approvedCard, differences, startPlatform, type Platform } from "../testing/platform.ts";
import { startReceiver, type Receiver } from "../testing/receiver.ts";

const patienceMs = 30_000;
const quick = {
  "recover-after-ms": 200,
  "recover-every-ms": 100,
  "challenges-every-ms": 100,
  "expire-every-ms": 100,
};

describe("two workers side by side", () => {
  let platform: Platform;
  let second: RunningProcess;
  const receivers: Receiver[] = [];
  beforeAll(async () => {
    platform = await startPlatform({ version: "2.2.0", migrated: false, workerFlags: quick });
    second = await platform.startWorker();
  });
  afterEach(async () => {
    await Promise.all(receivers.splice(0).map(async (receiver) => receiver.stop()));
  });
  afterAll(async () => platform.stop());

  const receiver = async (...answer: Parameters<typeof startReceiver>): Promise<Receiver> => {
    const started = await startReceiver(...answer);
    receivers.push(started);
    return started;
  };
  const create = async (body: object): Promise<string> => {
    const { json } = await platform.call({
      method: "POST",
      path: "/v1/payments",
      body: { currency: "EUR", ...body },
    });
    return String(json["id"]);
  };
  const pay = async (id: string, number: string): Promise<Record<string, unknown>> => {
    const body = { ...approvedCard, card_number: number };
    return (await platform.call({ method: "POST", path: `/pay/${id}`, body, key: null })).json;
  };
  /** Asks the database again until it finds nothing; something that stays fails the test. */
  const untilNone = async (sql: string, values: unknown[] = []): Promise<void> => {
    const end = Date.now() + patienceMs;
    for (;;) {
      const { rows } = await platform.sql.query<object>(sql, values);
      if (rows.length === 0) return;
      if (Date.now() > end) throw new Error(`still ${JSON.stringify(rows)}`);
      await sleep(50);
    }
  };
  const delivered = async (): Promise<void> =>
    untilNone("select id, event, failure from notifications where state = 'waiting'");

  test("an authorisation that expires is let go once, and told once", async () => {
    const { url, received } = await receiver();
    const ids: string[] = [];
    for (let place = 0; place < 8; place++) {
      const id = await create({ authorized_amount: 2_000, auto_capture: false, notification_url: url });
      await pay(id, testCards.approved);
      ids.push(id);
    }
    await platform.sql.query(
      "update payments set authorization_expires_at = now() - interval '1 second' where id = any ($1::text[])",
      [ids],
    );
    await untilNone("select id from payments where id = any ($1::text[]) and failure_code is null", [ids]);
    await delivered();
    for (const id of ids) {
      const { json } = await platform.call({ path: `/v1/payments/${id}` });
      expect(json).toMatchObject({ is_paid: false, failure: { code: "timeout" } });
    }
    const { rows } = await platform.sql.query(
      `select count(*)::integer as releases, count(distinct subject_id)::integer as payments
       from acquirer_operations where kind = 'release'`,
    );
    expect(rows).toEqual([{ releases: ids.length, payments: ids.length }]);
    // Authorized, then failed, each once.
    expect(received).toHaveLength(2 * ids.length);
    expect(new Set(received.map(({ headers }) => headers["webhook-id"])).size).toBe(2 * ids.length);
    expect(await differences(platform.sql)).toEqual([]);
  });

  test("a challenge that is pending, then answered: both are told, in order, and can be checked", async () => {
    const { url, received, until } = await receiver();
    const id = await create({ amount: 2_000, notification_url: url });
    const { challenge_url: challengeUrl } = await pay(id, testCards.challenge);
    await until(1);
    expect(received[0]?.json).toMatchObject({ id, object: "payment", is_paid: false, failure: null });
    await answerChallenge(String(challengeUrl));
    // The card holder's browser never comes back: a worker finds out.
    await until(2);
    await delivered();
    expect(received).toHaveLength(2);
    expect(received[1]?.json).toMatchObject({ id, is_paid: true, is_3ds: true });
    const { rows } = await platform.sql.query(
      "select event, state from notifications where subject_id = $1::text order by id",
      [id],
    );
    expect(rows).toEqual([
      { event: "payment.challenged", state: "delivered" },
      { event: "payment.paid", state: "delivered" },
    ]);
    const { json: account } = await platform.call({ path: "/v1/account" });
    const webhook = new Webhook(String(account["notification_secret"]));
    for (const { body, headers } of received) {
      expect(webhook.verify(body, headers as Record<string, string>)).toMatchObject({ id });
    }
    expect(await differences(platform.sql)).toEqual([]);
  });

  test("a challenge that nobody answers is ended, once, and the payment has failed", async () => {
    const { url, received } = await receiver();
    const ids = [];
    for (let place = 0; place < 4; place++) {
      const id = await create({ amount: 2_000, notification_url: url });
      await pay(id, testCards.challenge);
      ids.push(id);
    }
    await platform.sql.query(
      `update acquirer_operations set challenged_at = now() - interval '16 minutes'
       where subject_id = any ($1::text[])`,
      [ids],
    );
    await untilNone("select id from payments where id = any ($1::text[]) and failure_code is null", [ids]);
    await delivered();
    for (const id of ids) {
      const { json } = await platform.call({ path: `/v1/payments/${id}` });
      expect(json).toMatchObject({ is_paid: false, failure: { code: "timeout" } });
    }
    expect(received).toHaveLength(2 * ids.length);
    expect(await differences(platform.sql)).toEqual([]);
  });

  test("each of many notifications is delivered once, to whoever is there", async () => {
    const { url, received } = await receiver();
    const paid = await create({ amount: 2_000 });
    await pay(paid, testCards.approved);
    await platform.sql.query(
      `insert into notifications (merchant_id, is_live, subject_id, stream_id, event, url)
       select 'acc_000001', false, $1::text, 'many ' || n % 50, 'payment.paid', $2::text
       from generate_series(1, 400) as n`,
      [paid, url],
    );
    await delivered();
    expect(received).toHaveLength(400);
    expect(new Set(received.map(({ headers }) => headers["webhook-id"])).size).toBe(400);
  });

  test("what is old is forgotten, what isn't stays", async () => {
    await platform.sql.query(
      `insert into idempotency_keys (merchant_id, is_live, key, fingerprint, claimed_at) values
         ('acc_000001', false, 'old', '\\x00', now() - interval '25 hours'),
         ('acc_000001', false, 'young', '\\x00', now() - interval '23 hours')`,
    );
    await platform.sql.query(
      `insert into notifications (merchant_id, is_live, subject_id, stream_id, event, url, state, finished_at) values
         ('acc_000001', false, 'pay_x', 'old', 'payment.paid', 'http://x/', 'delivered', now() - interval '31 days'),
         ('acc_000001', false, 'pay_x', 'young', 'payment.paid', 'http://x/', 'given_up', now() - interval '29 days')`,
    );
    // Each worker looks when it starts.
    const third = await platform.startWorker();
    await untilNone("select from idempotency_keys where key = 'old'");
    await untilNone("select from notifications where stream_id = 'old'");
    expect(await third.stop()).toBe(0);
    const { rows: keys } = await platform.sql.query("select key from idempotency_keys where key = 'young'");
    const { rows: told } = await platform.sql.query(
      "select state from notifications where stream_id = 'young'",
    );
    expect([keys, told]).toEqual([[{ key: "young" }], [{ state: "given_up" }]]);
  });

  test("killed between a delivery and its record, it is delivered again under the same id", async () => {
    // From here on there is only the one that is killed, and the one that comes after it.
    expect(await second.stop()).toBe(0);
    const { url, received, until } = await receiver((response, _, place) => {
      if (place > 0) response.end();
    });
    const id = await create({ amount: 2_000, notification_url: url });
    await pay(id, testCards.approved);
    await until(1);
    await platform.worker.kill();
    // The lease goes on without the one who has it. Nobody need wait here for its end.
    const { rows: leased } = await platform.sql.query(
      `update notifications set next_attempt_at = now()
       where subject_id = $1::text and state = 'waiting' and next_attempt_at > now() returning attempts`,
      [id],
    );
    expect(leased).toEqual([{ attempts: 1 }]);
    await platform.startWorker();
    await until(2);
    await delivered();
    expect(received).toHaveLength(2);
    expect(received[1]?.headers["webhook-id"]).toBe(received[0]?.headers["webhook-id"]);
    const after = await platform.sql.query(
      "select state, attempts, response_code from notifications where subject_id = $1::text",
      [id],
    );
    expect(after.rows).toEqual([{ state: "delivered", attempts: 2, response_code: 200 }]);
  });
});
