import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { approvedCard, differences, makePaid, startPlatform, type Platform } from "../testing/platform.ts";

describe.each([
  { version: "2.2.0", migrated: false },
  { version: "2.3.0", migrated: true },
])("Payment API $version", (release) => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await startPlatform(release);
  });
  afterAll(async () => platform.stop());

  const create = async (body: object = {}, headers: Record<string, string> = {}) =>
    platform.call({
      method: "POST",
      path: "/v1/payments",
      body: { amount: 1_999, currency: "EUR", ...body },
      headers,
    });
  const idOfNew = async (body: object = {}): Promise<string> => String((await create(body)).json["id"]);

  test("says that it is there, without a key", async () => {
    const answer = await platform.call({ path: "/test", key: null });
    expect(answer).toMatchObject({ status: 200, json: { version: release.version } });
    expect((await platform.call({ path: "/healthz", key: null })).status).toBe(200);
  });

  test("creates, pays, gets", async () => {
    const created = await create({ metadata: { order: 7 }, billing: { first_name: "Ada" } });
    expect(created.status).toBe(201);
    expect(created.json).toMatchObject({
      object: "payment",
      is_live: false,
      amount: 1_999,
      is_paid: false,
      paid_at: null,
      failure: null,
      metadata: { order: 7 },
    });
    const path = `/v1/payments/${String(created.json["id"])}`;
    expect((await platform.call({ path })).text).toBe(created.text);

    const paid = await platform.call({
      method: "POST",
      path: `/pay/${String(created.json["id"])}`,
      body: approvedCard,
      key: null,
    });
    expect(paid).toMatchObject({ status: 200, json: { is_paid: true } });
    const seen = await platform.call({ path });
    expect(seen.json).toMatchObject({
      is_paid: true,
      is_refunded: false,
      card: { last4: "4242", brand: "Visa", exp_month: 12, exp_year: 2040 },
    });
    expect(seen.json["refundable_until"]).toBe(Number(seen.json["paid_at"]) + 180 * 86_400);
  });

  test.each([
    ["4000000000000002", "card_declined"],
    ["4000000000000010", "insufficient_funds"],
    ["4000000000000028", "fraud_suspected"],
  ])("card %s fails with %s and stays failed", async (number, code) => {
    const id = await idOfNew();
    const body = { ...approvedCard, card_number: number };
    const failed = await platform.call({ method: "POST", path: `/pay/${id}`, body, key: null });
    expect(failed).toMatchObject({ status: 200, json: { is_paid: false, failure: { code } } });
    const again = await platform.call({ method: "POST", path: `/pay/${id}`, body: approvedCard, key: null });
    expect(again.status).toBe(409);
  });

  test.each([{ aborted: true }, { abort: true }])("aborts with %j, once and for all", async (body) => {
    const id = await idOfNew();
    const path = `/v1/payments/${id}`;
    const aborted = await platform.call({ method: "PATCH", path, body });
    expect(aborted).toMatchObject({ status: 200, json: { is_paid: false, failure: { code: "aborted" } } });
    expect((await platform.call({ method: "PATCH", path, body })).text).toBe(aborted.text);
    const paid = await platform.call({ method: "POST", path: `/pay/${id}`, body: approvedCard, key: null });
    expect(paid.status).toBe(409);
  });

  test("aborts no paid payment, and changes its metadata", async () => {
    const path = `/v1/payments/${await makePaid(platform, 500)}`;
    expect((await platform.call({ method: "PATCH", path, body: { aborted: true } })).status).toBe(409);
    const changed = await platform.call({ method: "PATCH", path, body: { metadata: { a: "b" } } });
    expect(changed).toMatchObject({ status: 200, json: { metadata: { a: "b" }, is_paid: true } });
  });

  test("abort and payment at once: exactly one wins", async () => {
    for (let round = 0; round < 10; round++) {
      const id = await idOfNew();
      const [aborted, paid] = await Promise.all([
        platform.call({ method: "PATCH", path: `/v1/payments/${id}`, body: { aborted: true } }),
        platform.call({ method: "POST", path: `/pay/${id}`, body: approvedCard, key: null }),
      ]);
      expect([aborted.status, paid.status].toSorted()).toEqual([200, 409]);
    }
  });

  test("two cards at once: one is charged", async () => {
    const id = await idOfNew();
    const tries = await Promise.all(
      Array.from({ length: 5 }, async () =>
        platform.call({ method: "POST", path: `/pay/${id}`, body: approvedCard, key: null }),
      ),
    );
    expect(tries.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(tries.filter(({ status }) => status === 409)).toHaveLength(4);
  });

  test("refunds in part, then the rest, and lists them", async () => {
    const id = await makePaid(platform, 1_000);
    const path = `/v1/payments/${id}/refunds`;
    const part = await platform.call({
      method: "POST",
      path,
      body: { amount: 300, metadata: { why: "late" } },
    });
    expect(part).toMatchObject({ status: 201, json: { object: "refund", amount: 300, payment_id: id } });
    expect((await platform.call({ path: `/v1/payments/${id}` })).json).toMatchObject({
      amount_refunded: 300,
      is_refunded: false,
    });
    expect((await platform.call({ method: "POST", path, body: { amount: 701 } })).status).toBe(400);
    expect((await platform.call({ method: "POST", path, body: {} })).json["amount"]).toBe(700);
    expect((await platform.call({ path: `/v1/payments/${id}` })).json).toMatchObject({
      amount_refunded: 1_000,
      is_refunded: true,
      is_paid: true,
    });
    expect((await platform.call({ method: "POST", path })).status).toBe(400);
    expect((await platform.call({ path })).json).toMatchObject({ type: "list", count: 2 });
    expect((await platform.call({ path: `${path}/${String(part.json["id"])}` })).text).toBe(part.text);
  });

  test("refunds never exceed the capture, however many run at once", async () => {
    const id = await makePaid(platform, 1_000);
    const tries = await Promise.all(
      Array.from({ length: 12 }, async () =>
        platform.call({ method: "POST", path: `/v1/payments/${id}/refunds`, body: { amount: 300 } }),
      ),
    );
    expect(tries.filter(({ status }) => status === 201)).toHaveLength(3);
    expect(tries.filter(({ status }) => status === 400)).toHaveLength(9);
    const seen = await platform.call({ path: `/v1/payments/${id}` });
    expect(seen.json["amount_refunded"]).toBe(900);
  });

  test("lists the latest first, page by page, of this merchant only", async () => {
    const key = platform.access.keys[5] ?? "";
    const ids: string[] = [];
    for (const amount of [100, 200, 300]) {
      const made = await platform.call({
        method: "POST",
        path: "/v1/payments",
        body: { amount, currency: "EUR" },
        key,
      });
      ids.unshift(String(made.json["id"]));
    }
    const first = await platform.call({ path: "/v1/payments?per_page=2", key });
    expect(first.json).toMatchObject({ type: "list", page: 0, per_page: 2, count: 2 });
    const second = await platform.call({ path: "/v1/payments?per_page=2&page=1", key });
    const listed = [first, second].flatMap(({ json }) => json["data"] as { id: string }[]);
    expect(listed.map(({ id }) => id)).toEqual(ids);
  });

  test.each([
    ["no key", { path: "/v1/payments", key: null }, 401],
    ["an unknown key", { path: "/v1/payments", key: "sk_test_nobody" }, 401],
    ["an unknown payment", { path: "/v1/payments/pay_none" }, 404],
    ["an unknown address", { path: "/v1/nothing" }, 404],
    ["a wrong method", { path: "/v1/payments", method: "DELETE" }, 405],
    ["no JSON", { path: "/v1/payments", method: "POST", body: "{" }, 400],
    ["too little", { path: "/v1/payments", method: "POST", body: { amount: 98, currency: "EUR" } }, 400],
    ["too much", { path: "/v1/payments", method: "POST", body: { amount: 2_000_001, currency: "EUR" } }, 400],
    [
      "a text as amount",
      { path: "/v1/payments", method: "POST", body: { amount: "500", currency: "EUR" } },
      400,
    ],
    [
      "another currency",
      { path: "/v1/payments", method: "POST", body: { amount: 500, currency: "USD" } },
      400,
    ],
    [
      "an unknown member",
      { path: "/v1/payments", method: "POST", body: { amount: 500, currency: "EUR", x: 1 } },
      400,
    ],
    ["a page that is no number", { path: "/v1/payments?page=x" }, 400],
    ["an unknown refund", { path: "/v1/payments/pay_none/refunds/re_none" }, 404],
    ["refunds of an unknown payment", { path: "/v1/payments/pay_none/refunds" }, 404],
  ])("refuses %s with an error object", async (_what, call, status) => {
    const answer = await platform.call(call);
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject({ object: "error", message: expect.any(String) as string });
  });

  test("names the field at fault", async () => {
    const answer = await create({ amount: 5, billing: { first_name: 3 } });
    expect(Object.keys(answer.json["details"] as object)).not.toHaveLength(0);
    const card = { ...approvedCard, card_number: "4242424242424241" };
    const refused = await platform.call({
      method: "POST",
      path: `/pay/${await idOfNew()}`,
      body: card,
      key: null,
    });
    expect(refused).toMatchObject({ status: 400, json: { details: { card_number: "is no card number" } } });
  });

  test("shows nobody else's payment", async () => {
    const key = platform.access.keys[1] ?? "";
    const path = `/v1/payments/${await idOfNew()}`;
    expect((await platform.call({ path, key })).status).toBe(404);
    expect((await platform.call({ method: "PATCH", path, body: { aborted: true }, key })).status).toBe(404);
  });

  test("live and test mode see nothing of each other, and keep their money apart", async () => {
    const live = platform.access.liveKeys[0] ?? "";
    const body = { amount: 1_500, currency: "EUR" };
    const made = await platform.call({ method: "POST", path: "/v1/payments", body, key: live });
    expect(made.json["is_live"]).toBe(true);
    const id = String(made.json["id"]);
    const path = `/v1/payments/${id}`;
    await platform.call({ method: "POST", path: `/pay/${id}`, body: approvedCard, key: null });
    expect((await platform.call({ path })).status).toBe(404);
    expect((await platform.call({ path, key: live })).json["is_paid"]).toBe(true);
    expect((await platform.call({ path: `/v1/payments/${await idOfNew()}`, key: live })).status).toBe(404);
    const { rows } = await platform.sql.query<{ account_id: string }>(
      "select account_id from ledger_entries where reference = $1::text",
      [id],
    );
    expect(rows).toHaveLength(4);
    expect(rows.every(({ account_id: account }) => account.startsWith("live:"))).toBe(true);
    // One key of a merchant in each mode, and the same Idempotency-Key is another one.
    const headers = { "idempotency-key": "both-modes" };
    const [one, other] = await Promise.all([
      platform.call({ method: "POST", path: "/v1/payments", body, headers }),
      platform.call({ method: "POST", path: "/v1/payments", body, headers, key: live }),
    ]);
    expect(one.json["id"]).not.toBe(other.json["id"]);
  });

  test("the same Idempotency-Key: one payment, the same bytes", async () => {
    const headers = { "idempotency-key": "create-1" };
    const answers = await Promise.all(
      Array.from({ length: 8 }, async () => create({ amount: 4_242 }, headers)),
    );
    expect(new Set(answers.map(({ status, text }) => `${String(status)} ${text}`)).size).toBe(1);
    expect(answers[0]?.status).toBe(201);
    const { rows } = await platform.sql.query("select id from payments where amount_cents = 4242");
    expect(rows).toHaveLength(1);
    expect((await create({ amount: 4_243 }, headers)).status).toBe(422);
  });

  test("the same Idempotency-Key: one refund, the same bytes, 409 while it is under way", async () => {
    const path = `/v1/payments/${await makePaid(platform, 1_000)}/refunds`;
    const refund = {
      method: "POST",
      path,
      body: { amount: 100 },
      headers: { "idempotency-key": "refund-1" },
    };
    const answers = await Promise.all(Array.from({ length: 8 }, async () => platform.call(refund)));
    const made = answers.filter(({ status }) => status === 201);
    expect(made.length).toBeGreaterThan(0);
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
    expect((await platform.call(refund)).text).toBe(made[0]?.text);
    expect((await platform.call({ ...refund, body: { amount: 101 } })).status).toBe(422);
    expect((await platform.call({ path })).json["count"]).toBe(1);
  });

  test("a refused refund is refused in the same words again", async () => {
    const path = `/v1/payments/${await idOfNew()}/refunds`;
    const refund = { method: "POST", path, body: {}, headers: { "idempotency-key": "refund-2" } };
    const refused = await platform.call(refund);
    expect(refused.status).toBe(400);
    expect((await platform.call(refund)).text).toBe(refused.text);
  });

  test("keeps no card number anywhere", async () => {
    await makePaid(platform, 700);
    const { rows } = await platform.sql.query<{ found: boolean }>(
      `select exists (select from payments where payments::text like '%4242424242424242%')
         or exists (select from acquirer_operations where acquirer_operations::text like '%4242424242424242%')
         or exists (select from idempotency_keys where idempotency_keys::text like '%4242424242424242%') as found`,
    );
    expect(rows[0]?.found).toBe(false);
  });

  test("everything above adds up", async () => {
    expect(await differences(platform.sql)).toEqual([]);
  });
});
