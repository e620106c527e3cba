import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testCards } from "../../acquirer/test-cards.ts";
import { answerChallenge } from "../../testing/answer-challenge.ts";
import {
  approvedCard,
  differences,
  startPlatform,
  type Answer,
  type Platform,
} from "../../testing/platform.ts";

describe("saved cards", () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await startPlatform({ version: "2.2.0", migrated: false });
  });
  afterAll(async () => platform.stop());

  const create = async (body: object, headers: Record<string, string> = {}): Promise<Answer> =>
    platform.call({ method: "POST", path: "/v1/payments", body: { currency: "EUR", ...body }, headers });
  const pay = async (id: string, fields: object = {}): Promise<Answer> =>
    platform.call({ method: "POST", path: `/pay/${id}`, body: { ...approvedCard, ...fields }, key: null });
  const get = async (id: string): Promise<Record<string, unknown>> =>
    (await platform.call({ path: `/v1/payments/${id}` })).json;
  /** Pays and saves a card; returns its id. */
  const save = async (number: string = testCards.approved, body: object = {}): Promise<string> => {
    const id = String((await create({ amount: 1_000, save_card: true, ...body })).json["id"]);
    const paid = await pay(id, { card_number: number });
    if (paid.status === 202) {
      const back = await answerChallenge(String(paid.json["challenge_url"]));
      await (await fetch(String(back), { redirect: "manual" })).arrayBuffer();
    }
    const { card, save_card } = (await get(id)) as { card: { id: string }; save_card: boolean };
    expect(card.id).toMatch(/^card_/);
    expect(save_card).toBe(true);
    return card.id;
  };

  test("a card is saved when it is paid with, and again it is the same one", async () => {
    expect(await save()).toBe(await save());
    expect(await save(testCards.approvedMastercard)).not.toBe(await save());
    const { rows } = await platform.sql.query<{ text: string }>("select cards::text as text from cards");
    for (const { text } of rows) expect(text).not.toMatch(/4242424242424242|5555555555554444/);
  });

  test("with an authorisation, and after a lost answer, as well", async () => {
    const deferred = { amount: undefined, authorized_amount: 1_000, auto_capture: false };
    expect(await save(testCards.approved, deferred)).toBe(await save());
    await save(testCards.approvedAnswerLost);
  });

  test("nothing is saved where the card holder was asked and did not want it, or was not asked", async () => {
    for (const [body, fields, saved] of [
      [{ allow_save_card: true }, { save_card: false }, false],
      [{ allow_save_card: true }, {}, false],
      [{}, { save_card: true }, false],
      [{ allow_save_card: true }, { save_card: true }, true],
    ] as const) {
      const id = String((await create({ amount: 1_000, ...body })).json["id"]);
      await pay(id, fields);
      const seen = (await get(id)) as { card: { id: string | null }; save_card: boolean };
      expect([seen.card.id !== null, seen.save_card]).toEqual([saved, saved]);
    }
  });

  test("a merchant charges it at once: 201 with the payment, paid or failed", async () => {
    const card = await save();
    const charged = await create({ amount: 3_300, payment_method: card, metadata: { month: 2 } });
    expect(charged).toMatchObject({
      status: 201,
      json: { is_paid: true, amount: 3_300, card: { id: card, last4: "4242" }, metadata: { month: 2 } },
    });
    expect((await platform.call({ path: `/v1/payments/${String(charged.json["id"])}` })).text).toBe(
      charged.text,
    );
    // Its issuer wants the card holder each time, and there is none.
    const secured = await save(testCards.challenge);
    expect(await create({ amount: 3_300, payment_method: secured })).toMatchObject({
      status: 201,
      json: { is_paid: false, failure: { code: "3ds_declined" } },
    });
  });

  test("with the card holder there it may be a challenge", async () => {
    const card = await save(testCards.challenge);
    const open = await create({ amount: 3_300, payment_method: card, initiator: "PAYER" });
    expect(open).toMatchObject({ status: 201, json: { is_paid: false, failure: null } });
    const { rows } = await platform.sql.query<{ challenge_url: string }>(
      "select challenge_url from acquirer_operations where subject_id = $1::text",
      [open.json["id"]],
    );
    const back = await answerChallenge(String(rows[0]?.challenge_url));
    await (await fetch(String(back), { redirect: "manual" })).arrayBuffer();
    expect(await get(String(open.json["id"]))).toMatchObject({ is_paid: true, is_3ds: true });
  });

  test("deferred, captured later", async () => {
    const card = await save();
    const body = { authorized_amount: 2_000, auto_capture: false, payment_method: card };
    const held = await create(body);
    expect(held.json).toMatchObject({
      is_paid: false,
      authorization: { authorized_at: expect.any(Number) as number },
    });
    const path = `/v1/payments/${String(held.json["id"])}`;
    const captured = await platform.call({ method: "PATCH", path, body: { captured: true, amount: 500 } });
    expect(captured.json).toMatchObject({ is_paid: true, amount: 500 });
  });

  test("the same Idempotency-Key charges once", async () => {
    const body = { amount: 7_700, payment_method: await save() };
    const headers = { "idempotency-key": "charge-1" };
    const answers = await Promise.all(Array.from({ length: 8 }, async () => create(body, headers)));
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
    const made = answers.find(({ status }) => status === 201);
    expect((await create(body, headers)).text).toBe(made?.text);
    expect((await create({ ...body, amount: 7_701 }, headers)).status).toBe(422);
    const { rows } = await platform.sql.query("select id from payments where amount_cents = 7700");
    expect(rows).toHaveLength(1);
  });

  test("a charge that was cut off is not made again for its key: its outcome becomes the answer", async () => {
    const body = { amount: 8_800, payment_method: await save() };
    const headers = { "idempotency-key": "charge-2" };
    const charged = await create(body, headers);
    // What a process leaves that is killed after the charge and before it kept the answer.
    await platform.sql.query(
      `update idempotency_keys set status_code = null, body = null, claimed_at = now() - interval '1 hour'
       where key = 'charge-2'`,
    );
    const again = await create(body, headers);
    expect(again).toMatchObject({ status: 201, json: { id: charged.json["id"], is_paid: true } });
    expect((await create(body, headers)).text).toBe(again.text);
  });

  test.each([
    ["nobody's card", { payment_method: "card_none" }, "payment_method"],
    ["what is no card", { payment_method: "4242424242424242" }, "payment_method"],
    ["a merchant's start without a card", { initiator: "MERCHANT" }, "initiator"],
    ["to save a card that is not new", { payment_method: "card_none", save_card: true }, "payment_method"],
    ["both ways to save", { save_card: true, allow_save_card: true }, "allow_save_card"],
    ["a customer without a card to save", { customer: "cus_none" }, "customer"],
    ["nobody's customer", { customer: "cus_none", save_card: true }, "customer"],
    ["3-D Secure without a card holder", { payment_method: "card_none", force_3ds: true }, "force_3ds"],
  ])("refuses %s", async (_what, body, field) => {
    const refused = await create({ amount: 1_000, ...body });
    expect(refused.status).toBe(400);
    expect(Object.keys(refused.json["details"] as object)).toContain(field);
  });

  test("another merchant can't charge it, and nobody can once it is deleted", async () => {
    const card = await save();
    const body = { amount: 1_000, currency: "EUR", payment_method: card };
    const key = platform.access.keys[1] ?? "";
    const foreign = { method: "POST", path: "/v1/payments", body, key };
    expect((await platform.call(foreign)).status).toBe(400);
    const path = `/v1/cards/${card}`;
    expect((await platform.call({ method: "DELETE", path })).status).toBe(200);
    expect((await create(body)).status).toBe(400);
    // Saved again it is another one: what was deleted stays so.
    expect(await save()).not.toBe(card);
  });

  test("everything above adds up", async () => {
    expect(await differences(platform.sql)).toEqual([]);
  });
});
