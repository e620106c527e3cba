import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testCards } from "../acquirer/test-cards.ts";
import { addAllCredits } from "../testing/add-credits.ts";
import { approvedCard, makePaid, startPlatform, type Answer, type Platform } from "../testing/platform.ts";

describe("the payment object", () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await startPlatform({ version: "2.3.0", migrated: true });
  });
  afterAll(async () => platform.stop());

  const create = async (body: object): Promise<Answer> =>
    platform.call({ method: "POST", path: "/v1/payments", body: { currency: "EUR", ...body } });
  const get = async (id: unknown): Promise<Answer> => platform.call({ path: `/v1/payments/${String(id)}` });
  const refund = async (id: string, body: object): Promise<Answer> =>
    platform.call({ method: "POST", path: `/v1/payments/${id}/refunds`, body });
  const person = {
    title: "mrs",
    first_name: "Ada",
    last_name: "Martin",
    email: "ada@example.net",
    mobile_phone_number: "+33612345678",
    landline_phone_number: null,
    address1: "1 rue de la Paix",
    address2: null,
    company_name: "Ada & Fils",
    postcode: "75002",
    city: "Paris",
    state: null,
    country: "FR",
    language: "fr",
  };
  const nothing = Object.fromEntries(Object.keys(person).map((name) => [name, null]));

  test("has every member from the start, null where nothing is known", async () => {
    const { status, json, text } = await create({ amount: 1_000 });
    expect(status).toBe(201);
    const id = String(json["id"]);
    expect(json).toEqual({
      id: expect.stringMatching(/^pay_/) as string,
      object: "payment",
      is_live: false,
      amount: 1_000,
      amount_refunded: 0,
      currency: "EUR",
      created_at: expect.any(Number) as number,
      description: null,
      metadata: null,
      is_paid: false,
      paid_at: null,
      is_refunded: false,
      is_3ds: null,
      save_card: false,
      installment_plan_id: null,
      refundable_after: null,
      refundable_until: null,
      card: {
        last4: null,
        country: null,
        exp_month: null,
        exp_year: null,
        brand: null,
        id: null,
        metadata: null,
      },
      billing: nothing,
      shipping: { ...nothing, delivery_type: null },
      hosted_payment: {
        payment_url: `${platform.api.url}/pay/${id}`,
        return_url: null,
        cancel_url: null,
        paid_at: null,
        sent_by: null,
      },
      notification: null,
      failure: null,
      authorization: null,
      payment_method: null,
    });
    expect((await get(id)).text).toBe(text);
  });

  test("gives back what was sent, and says what became of it", async () => {
    const sent = {
      amount: 123_456,
      description: "Order 7 ♥ 😀",
      metadata: { order: 7, gift: true, note: "x", nothing: null },
      billing: person,
      shipping: { ...person, delivery_type: "NEW" },
      hosted_payment: {
        return_url: "https://a.example/back?x=1",
        cancel_url: "http://a.example",
        sent_by: "EMAIL",
      },
      notification_url: "https://a.example/ipn",
    };
    const { json } = await create(sent);
    const { notification_url: url, hosted_payment: hosted, ...rest } = sent;
    expect(json).toMatchObject({
      ...rest,
      hosted_payment: hosted,
      notification: { url, response_code: null },
    });
    const id = String(json["id"]);
    const paid = await platform.call({ method: "POST", path: `/pay/${id}`, body: approvedCard, key: null });
    expect(paid.json).not.toHaveProperty("billing");
    const seen = (await get(id)).json;
    const paidAt = Number(seen["paid_at"]);
    expect(paidAt).toBeGreaterThanOrEqual(Number(seen["created_at"]));
    expect(seen).toMatchObject({
      is_paid: true,
      is_3ds: false,
      refundable_after: paidAt,
      refundable_until: paidAt + 180 * 86_400,
      hosted_payment: { paid_at: paidAt },
      card: {
        last4: "4242",
        country: "FR",
        exp_month: 12,
        exp_year: 2040,
        brand: "Visa",
        id: null,
        metadata: null,
      },
      payment_method: "card",
      failure: null,
    });
  });

  test("shows how its last notification was answered", async () => {
    const id = String(
      (await create({ amount: 1_000, notification_url: "https://a.example/ipn" })).json["id"],
    );
    await platform.sql.query(
      `insert into notifications (merchant_id, is_live, subject_id, stream_id, event, url, response_code)
       select merchant_id, is_live, id, id, event, notification_url, code
       from payments, (values ('payment.challenged', 500), ('payment.paid', 200), ('payment.paid', null)) as sent (event, code)
       where id = $1::text`,
      [id],
    );
    expect((await get(id)).json["notification"]).toMatchObject({ response_code: 200 });
    const { json } = await platform.call({ path: "/v1/payments?per_page=1" });
    expect(json["data"]).toMatchObject([{ id, notification: { response_code: 200 } }]);
  });

  test("a failed one says why, and keeps the card to itself", async () => {
    const id = String((await create({ amount: 1_000 })).json["id"]);
    const body = { ...approvedCard, card_number: testCards.insufficientFunds };
    await platform.call({ method: "POST", path: `/pay/${id}`, body, key: null });
    expect((await get(id)).json).toMatchObject({
      is_paid: false,
      failure: { code: "insufficient_funds", message: expect.any(String) as string },
      card: { last4: null, brand: null },
    });
  });

  test.each([99, 100, 2_000_000])("takes %d cents, also deferred", async (amount) => {
    expect((await create({ amount })).json["amount"]).toBe(amount);
    const held = await create({ authorized_amount: amount, auto_capture: false });
    expect(held.json).toMatchObject({ amount, authorization: { authorized_amount: amount } });
  });

  test.each([98, 0, -1, -99, 2_000_001, 1e21, 99.5, "1000", "", null, true, [], {}, [1_000], 1_000.000_01])(
    "takes no amount of %j, and names the field",
    async (amount) => {
      for (const [field, body] of [
        ["amount", { amount }],
        ["authorized_amount", { authorized_amount: amount, auto_capture: false }],
      ] as const) {
        const refused = await create(body);
        expect(refused).toMatchObject({
          status: 400,
          json: { object: "error", details: { [field]: expect.any(String) as string } },
        });
      }
    },
  );

  test.each([
    [{}, "amount"],
    [{ amount: 1_000, authorized_amount: 1_000 }, "authorized_amount"],
    [{ amount: 1_000, authorized_amount: 1_000, auto_capture: false }, "authorized_amount"],
    [{ authorized_amount: 1_000 }, "auto_capture"],
    [{ authorized_amount: 1_000, auto_capture: true }, "auto_capture"],
    [{ amount: 1_000, auto_capture: false }, "auto_capture"],
    [{ amount: 1_000, currency: "USD" }, "currency"],
    [{ amount: 1_000, currency: "eur" }, "currency"],
    [{ amount: 1_000, currency: null }, "currency"],
    [{ amount: 1_000, currency: undefined }, "currency"],
    [{ amount: 1_000, hosted_payment: { return_url: "javascript:alert(1)" } }, "hosted_payment.return_url"],
    [
      { amount: 1_000, hosted_payment: { cancel_url: "https://user:secret@a.example/" } },
      "hosted_payment.cancel_url",
    ],
    [{ amount: 1_000, hosted_payment: { return_url: "https://" } }, "hosted_payment.return_url"],
    [{ amount: 1_000, hosted_payment: { elsewhere: "https://a.example" } }, "hosted_payment.elsewhere"],
    [{ amount: 1_000, hosted_payment: { sent_by: "PIGEON" } }, "hosted_payment.sent_by"],
    [
      { amount: 1_000, hosted_payment: { return_url: "https://a.example:99999/" } },
      "hosted_payment.return_url",
    ],
    [{ amount: 1_000, hosted_payment: { cancel_url: "https://[::1/" } }, "hosted_payment.cancel_url"],
    [{ amount: 1_000, notification_url: "https://1.2.3.999/" }, "notification_url"],
    [{ amount: 1_000, notification_url: "ftp://a.example" }, "notification_url"],
    [{ amount: 1_000, notification_url: "https://a b.example" }, "notification_url"],
    [{ amount: 1_000, billing: { country: "France" } }, "billing.country"],
    [{ amount: 1_000, billing: { language: "FR" } }, "billing.language"],
    [{ amount: 1_000, billing: { email: "ada" } }, "billing.email"],
    [{ amount: 1_000, billing: { first_name: "x".repeat(501) } }, "billing.first_name"],
    [{ amount: 1_000, billing: { delivery_type: "NEW" } }, "billing.delivery_type"],
    [{ amount: 1_000, shipping: { delivery_type: "DRONE" } }, "shipping.delivery_type"],
    [{ amount: 1_000, metadata: { deep: { er: 1 } } }, "metadata.deep"],
    [{ amount: 1_000, metadata: "order 7" }, "metadata"],
    [{ amount: 1_000, description: "x".repeat(81) }, "description"],
    [{ amount: 1_000, description: "one\u0000two" }, "description"],
    [{ amount: 1_000, metadata: { note: "half a \ud83d" } }, "metadata.note"],
    [{ amount: 1_000, metadata: { "\u0000": "x" } }, "metadata"],
    [{ amount: 1_000, save_card: "yes" }, "save_card"],
    [{ amount: 1_000, force_3ds: 1 }, "force_3ds"],
    [{ amount: 1_000, initiator: "SOMEBODY" }, "initiator"],
    [{ amount: 1_000, is_paid: true }, "is_paid"],
  ])("refuses %j and names %s", async (body, field) => {
    const refused = await create(body);
    expect([refused.status, Object.keys(refused.json["details"] as object)]).toEqual([
      400,
      expect.arrayContaining([field]),
    ]);
  });

  test("several problems are named at once", async () => {
    const refused = await create({ amount: 5, description: 7, billing: { email: "x" } });
    expect(Object.keys(refused.json["details"] as object).toSorted()).toEqual([
      "amount",
      "billing.email",
      "description",
    ]);
  });

  describe("refunds", () => {
    test.each([9, 0, -10, 10.5, "10", null, 1e30])("of %j cents are refused", async (amount) => {
      const refused = await refund(await makePaid(platform, 1_000), { amount });
      expect(refused).toMatchObject({
        status: 400,
        json: { details: { amount: expect.any(String) as string } },
      });
    });

    test("of 10 cents are made", async () => {
      expect((await refund(await makePaid(platform, 1_000), { amount: 10 })).status).toBe(201);
    });

    test("are possible for 180 days", async () => {
      const id = await makePaid(platform, 1_000);
      const age = async (interval: string): Promise<unknown> =>
        platform.sql.query("update payments set paid_at = now() - $2::interval where id = $1::text", [
          id,
          interval,
        ]);
      await age("180 days");
      expect((await refund(id, {})).status).toBe(400);
      await age("179 days 23 hours");
      expect((await refund(id, {})).status).toBe(201);
    });

    test("that the acquirer refuses are refused, and leave what there was", async () => {
      const id = String((await create({ amount: 1_000 })).json["id"]);
      const body = { ...approvedCard, card_number: testCards.refundDeclined };
      await platform.call({ method: "POST", path: `/pay/${id}`, body, key: null });
      expect(await refund(id, {})).toMatchObject({
        status: 400,
        json: { details: { refund: "processing_error" } },
      });
      expect((await get(id)).json).toMatchObject({ amount_refunded: 0, is_refunded: false });
      expect((await platform.call({ path: `/v1/payments/${id}/refunds` })).json["count"]).toBe(0);
    });

    test("are made 100 times at most", async () => {
      const id = await makePaid(platform, 2_000);
      const answers: number[] = [];
      for (let round = 0; round < 20; round++) {
        const tries = Array.from({ length: 5 }, async () => refund(id, { amount: 10 }));
        answers.push(...(await Promise.all(tries)).map(({ status }) => status));
      }
      expect(new Set(answers)).toEqual(new Set([201]));
      expect(await refund(id, { amount: 10 })).toMatchObject({
        status: 400,
        json: { details: { refund: "a payment can be refunded 100 times" } },
      });
    });

    test("stop where the merchant would owe too much, and say so", async () => {
      const key = platform.access.keys[7] ?? "";
      const mine = async (method: string, path: string, body: object): Promise<Answer> =>
        platform.call({ method, path, body, key });
      const id = String(
        (await mine("POST", "/v1/payments", { amount: 300_000, currency: "EUR" })).json["id"],
      );
      await mine("POST", `/pay/${id}`, approvedCard);
      // What was paid out meanwhile is not covered by anything any more.
      await addAllCredits(platform.sql);
      await platform.sql.query(
        "update merchant_balances set payable_cents = 50000 where merchant_id = 'acc_000008' and not is_live",
      );
      const path = `/v1/payments/${id}/refunds`;
      expect(await mine("POST", path, { amount: 150_001 })).toMatchObject({
        status: 400,
        json: { details: { amount: "is not covered by what you are owed" } },
      });
      expect((await mine("POST", path, { amount: 150_000 })).status).toBe(201);
      expect((await mine("POST", path, { amount: 10 })).status).toBe(400);
      const seen = await platform.call({ path: `/v1/payments/${id}`, key });
      expect(seen.json["amount_refunded"]).toBe(150_000);
    });
  });
});
