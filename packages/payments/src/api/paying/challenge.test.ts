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

describe("3-D Secure", () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await startPlatform({ version: "2.3.0", migrated: true });
  });
  afterAll(async () => platform.stop());

  const create = async (body: object = {}): Promise<string> => {
    const wanted = {
      amount: 2_500,
      currency: "EUR",
      notification_url: "https://shop.example.net/ipn",
      ...body,
    };
    return String((await platform.call({ method: "POST", path: "/v1/payments", body: wanted })).json["id"]);
  };
  const pay = async (id: string, card: string): Promise<Answer> =>
    platform.call({
      method: "POST",
      path: `/pay/${id}`,
      body: { ...approvedCard, card_number: card },
      key: null,
    });
  const get = async (id: string): Promise<Record<string, unknown>> =>
    (await platform.call({ path: `/v1/payments/${id}` })).json;
  /** The card holder answers and their browser is sent back. */
  const comeBack = async (challenged: Answer, code?: string): Promise<void> => {
    const back = await answerChallenge(String(challenged.json["challenge_url"]), code);
    expect(back).toBe(`${platform.api.url}/pay/${String(challenged.json["id"])}/return`);
    await (await fetch(String(back), { redirect: "manual" })).arrayBuffer();
  };
  const eventsOf = async (id: string): Promise<string[]> => {
    const { rows } = await platform.sql.query<{ event: string }>(
      "select event from notifications where subject_id = $1::text order by id",
      [id],
    );
    return rows.map(({ event }) => event);
  };

  test("a challenge keeps the payment open; the outcome follows; the merchant hears of both", async () => {
    const id = await create();
    const challenged = await pay(id, testCards.challenge);
    expect(challenged).toMatchObject({ status: 202, json: { id, is_paid: false } });
    expect(await get(id)).toMatchObject({ is_paid: false, failure: null, is_3ds: null });
    expect(await eventsOf(id)).toEqual(["payment.challenged"]);
    // Another card now, or an abort, would leave open which of them counts.
    expect((await pay(id, testCards.approved)).status).toBe(409);
    const abort = { method: "PATCH", path: `/v1/payments/${id}`, body: { aborted: true } };
    expect((await platform.call(abort)).status).toBe(409);

    await comeBack(challenged);
    expect(await get(id)).toMatchObject({ is_paid: true, is_3ds: true });
    expect(await eventsOf(id)).toEqual(["payment.challenged", "payment.paid"]);
  });

  test("the wrong code fails the payment", async () => {
    const id = await create();
    await comeBack(await pay(id, testCards.challenge), "123456");
    expect(await get(id)).toMatchObject({ is_paid: false, failure: { code: "3ds_declined" } });
    expect(await eventsOf(id)).toEqual(["payment.challenged", "payment.failed"]);
  });

  test("proved, but declined by the issuer", async () => {
    const id = await create();
    await comeBack(await pay(id, testCards.challengeThenDeclined));
    expect(await get(id)).toMatchObject({ is_3ds: true, failure: { code: "insufficient_funds" } });
  });

  test("coming back early finds the challenge still open, and changes nothing", async () => {
    const id = await create();
    const challenged = await pay(id, testCards.challenge);
    const back = await fetch(`${platform.api.url}/pay/${id}/return`, { redirect: "manual" });
    expect(back.status).toBeLessThan(500);
    await back.arrayBuffer();
    expect(await get(id)).toMatchObject({ is_paid: false, failure: null });
    expect(await eventsOf(id)).toEqual(["payment.challenged"]);
    await comeBack(challenged);
    expect(await get(id)).toMatchObject({ is_paid: true });
  });

  test("a lost challenge answer is found by inquiry", async () => {
    const id = await create();
    const challenged = await pay(id, testCards.challengeAnswerLost);
    expect(challenged.status).toBe(202);
    await comeBack(challenged);
    expect(await get(id)).toMatchObject({ is_paid: true, is_3ds: true });
  });

  test("without a challenge", async () => {
    const plain = await create();
    await pay(plain, testCards.approved);
    expect(await get(plain)).toMatchObject({ is_paid: true, is_3ds: false });
    const frictionless = await create();
    await pay(frictionless, testCards.frictionless);
    expect(await get(frictionless)).toMatchObject({ is_paid: true, is_3ds: true });
  });

  test("force_3ds challenges every card", async () => {
    const id = await create({ force_3ds: true });
    const challenged = await pay(id, testCards.approved);
    expect(challenged.status).toBe(202);
    await comeBack(challenged);
    expect(await get(id)).toMatchObject({ is_paid: true, is_3ds: true });
  });

  test("a challenge before an authorisation", async () => {
    const id = await create({ amount: undefined, authorized_amount: 2_500, auto_capture: false });
    await comeBack(await pay(id, testCards.challenge));
    expect(await get(id)).toMatchObject({
      is_paid: false,
      is_3ds: true,
      failure: null,
      authorization: { authorized_at: expect.any(Number) as number },
    });
    expect(await eventsOf(id)).toEqual(["payment.challenged", "payment.authorized"]);
  });

  test("everything above adds up", async () => {
    expect(await differences(platform.sql)).toEqual([]);
  });
});
