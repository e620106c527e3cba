import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testCards } from "../../acquirer/test-cards.ts";
import {
  approvedCard,
  differences,
  startPlatform,
  type Answer,
  type Platform,
} from "../../testing/platform.ts";

describe.each([
  { version: "2.2.0", migrated: false },
  { version: "2.3.0", migrated: true },
])("deferred capture in $version", (release) => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await startPlatform(release);
  });
  afterAll(async () => platform.stop());

  const patch = async (id: string, body: object): Promise<Answer> =>
    platform.call({ method: "PATCH", path: `/v1/payments/${id}`, body });
  const get = async (id: string): Promise<Answer> => platform.call({ path: `/v1/payments/${id}` });
  const create = async (): Promise<string> => {
    const body = { authorized_amount: 5_000, auto_capture: false, currency: "EUR" };
    return String((await platform.call({ method: "POST", path: "/v1/payments", body })).json["id"]);
  };
  const authorize = async (card: string = testCards.approved): Promise<string> => {
    const id = await create();
    const body = { ...approvedCard, card_number: card };
    const paid = await platform.call({ method: "POST", path: `/pay/${id}`, body, key: null });
    expect(paid).toMatchObject({ status: 200, json: { is_paid: false, failure: null } });
    return id;
  };

  test("holds first, and is paid when it is captured", async () => {
    const id = await create();
    expect((await get(id)).json).toMatchObject({
      amount: 5_000,
      authorization: { authorized_at: null, expires_at: null, authorized_amount: 5_000 },
    });
    expect((await patch(id, { captured: true })).status).toBe(409);

    const held = await authorize();
    const seen = (await get(held)).json as { authorization: { authorized_at: number; expires_at: number } };
    expect(seen).toMatchObject({ is_paid: false, paid_at: null, failure: null, card: { last4: "4242" } });
    expect(seen.authorization.expires_at).toBe(seen.authorization.authorized_at + 7 * 86_400);
    const refund = { method: "POST", path: `/v1/payments/${held}/refunds`, body: {} };
    expect((await platform.call(refund)).status).toBe(400);

    const captured = await patch(held, { captured: true, metadata: { shipped: true } });
    expect(captured).toMatchObject({
      status: 200,
      json: {
        is_paid: true,
        amount: 5_000,
        metadata: { shipped: true },
        authorization: { authorized_amount: 5_000 },
      },
    });
    expect((await patch(held, { captured: true })).status).toBe(409);
    expect((await platform.call(refund)).json["amount"]).toBe(5_000);
  });

  test("captures a part, once, and refunds no more than that", async () => {
    const id = await authorize();
    expect((await patch(id, { captured: true, amount: 5_001 })).json).toMatchObject({
      details: { amount: "must be at most 5000" },
    });
    expect((await patch(id, { captured: true, amount: 98 })).status).toBe(400);
    expect((await patch(id, { captured: true, amount: 1_234 })).json).toMatchObject({
      is_paid: true,
      amount: 1_234,
      authorization: { authorized_amount: 5_000 },
    });
    expect((await patch(id, { captured: true, amount: 1_000 })).status).toBe(409);
    const refund = { method: "POST", path: `/v1/payments/${id}/refunds`, body: { amount: 1_235 } };
    expect((await platform.call(refund)).status).toBe(400);
  });

  test("an abort lets go of what is held", async () => {
    const id = await authorize();
    const aborted = await patch(id, { aborted: true });
    expect(aborted).toMatchObject({ status: 200, json: { is_paid: false, failure: { code: "aborted" } } });
    expect((await patch(id, { abort: true })).text).toBe(aborted.text);
    expect((await patch(id, { captured: true })).status).toBe(409);
  });

  test.each([
    { body: { aborted: true, captured: true }, field: "captured" },
    { body: { amount: 1_000 }, field: "amount" },
    { body: { amount: 1_000, metadata: { a: 1 } }, field: "amount" },
    { body: { aborted: true, amount: 1_000 }, field: "amount" },
    { body: { captured: false }, field: "captured" },
    { body: { aborted: "yes" }, field: "aborted" },
    { body: {}, field: "body" },
    { body: { captured: true, amount: "1000" }, field: "amount" },
  ])("refuses $body before anything is done", async ({ body, field }) => {
    const id = await authorize();
    const before = await get(id);
    const refused = await patch(id, body);
    expect(refused.status).toBe(400);
    expect(Object.keys(refused.json["details"] as object)).toContain(field);
    expect((await get(id)).text).toBe(before.text);
  });

  test("the answer to a capture or release is lost: found by inquiry", async () => {
    const captured = await authorize(testCards.refundAnswerLost);
    expect((await patch(captured, { captured: true, amount: 4_000 })).json).toMatchObject({ amount: 4_000 });
    const aborted = await authorize(testCards.refundAnswerLost);
    expect((await patch(aborted, { aborted: true })).json).toMatchObject({ failure: { code: "aborted" } });
  });

  test("capture, part of it and abort at once: exactly one wins, the others are told", async () => {
    for (let round = 0; round < 6; round++) {
      const id = await authorize();
      const answers = await Promise.all([
        patch(id, { captured: true }),
        patch(id, { captured: true, amount: 2_000 }),
        patch(id, { aborted: true }),
      ]);
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409]);
      const winner = answers.find(({ status }) => status === 200);
      expect((await get(id)).text).toBe(winner?.text);
    }
  });

  test("an authorisation that has expired can only be let go, and ends as failed", async () => {
    const id = await authorize();
    await platform.sql.query("update payments set authorization_expires_at = now() where id = $1::text", [
      id,
    ]);
    expect((await patch(id, { captured: true })).status).toBe(409);
    expect((await patch(id, { aborted: true })).status).toBe(409);
  });

  test("everything above adds up", async () => {
    const found = await differences(platform.sql);
    expect(found).toEqual([]);
  });
});
