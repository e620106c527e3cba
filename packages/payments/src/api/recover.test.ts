import { afterAll, beforeAll, expect, test } from "vitest";
import { testCards } from "../acquirer/test-cards.ts";
import { newIdentifier } from "../payments/identifier.ts";
import { openContext, type OpenContext } from "../testing/open-context.ts";
import { approvedCard, differences, startPlatform, type Answer, type Platform } from "../testing/platform.ts";
import { recoverOperation } from "./recover.ts";

// What a process leaves that is killed around its question to the acquirer, and what becomes of it.
const card = { number: testCards.approved, expMonth: 12, expYear: 2040, cvv: "123" };
const owner = ["acc_000001", false];
let platform: Platform;
let open: OpenContext;
beforeAll(async () => {
  platform = await startPlatform({ version: "2.3.0", migrated: true });
  open = await openContext(platform, "2.3.0");
});
afterAll(async () => {
  await open.close();
  await platform.stop();
});

const create = async (body: object): Promise<string> => {
  const wanted = { currency: "EUR", ...body };
  return String((await platform.call({ method: "POST", path: "/v1/payments", body: wanted })).json["id"]);
};
const held = { authorized_amount: 3_000, auto_capture: false };
const authorize = async (): Promise<{ id: string; attempt: string }> => {
  const id = await create(held);
  await platform.call({ method: "POST", path: `/pay/${id}`, body: approvedCard, key: null });
  const { rows } = await platform.sql.query<{ attempt_id: string }>(
    "select attempt_id from payments where id = $1::text",
    [id],
  );
  return { id, attempt: rows[0]?.attempt_id ?? "" };
};
const get = async (id: string): Promise<Record<string, unknown>> =>
  (await platform.call({ path: `/v1/payments/${id}` })).json;
const patch = async (id: string, body: object): Promise<Answer> =>
  platform.call({ method: "PATCH", path: `/v1/payments/${id}`, body });

test.each([
  { what: "a payment", body: { amount: 3_000 }, seen: { is_paid: true, card: { id: null } } },
  {
    what: "a payment that saves the card",
    body: { amount: 3_000, save_card: true },
    seen: { is_paid: true, card: { id: expect.stringMatching(/^card_/) as string } },
  },
  {
    what: "an authorisation",
    body: held,
    seen: { is_paid: false, failure: null, authorization: { authorized_at: expect.any(Number) as number } },
  },
])("$what that was approved is written down", async ({ body, seen }) => {
  const { context } = open;
  const id = await create(body);
  const reference = newIdentifier("att");
  const begun = [id, reference, "Visa", "4242", 12, 2040, "FR", false];
  await context.database.run(context.statements.beginAttempt, begun);
  await context.acquirer.authorise({
    reference,
    amountCents: 3_000,
    instrument: { card },
    capture: "amount" in body,
    challenge: "allowed",
  });
  expect(await get(id)).toMatchObject({ is_paid: false, failure: null });
  const twice = [1, 2].map(async () => recoverOperation(context, { reference, kind: "payment" }));
  expect((await Promise.all(twice)).toSorted()).toEqual([false, true]);
  expect(await get(id)).toMatchObject(seen);
});

test("a payment that the acquirer never heard of fails, and can't be approved any more", async () => {
  const { context } = open;
  const id = await create({ amount: 3_000 });
  const reference = newIdentifier("att");
  await context.database.run(context.statements.beginAttempt, [
    id,
    reference,
    "Visa",
    "4242",
    12,
    2040,
    "FR",
    false,
  ]);
  expect(await recoverOperation(context, { reference, kind: "payment" })).toBe(true);
  expect(await get(id)).toMatchObject({ failure: { code: "timeout" } });
  const late = {
    reference,
    amountCents: 3_000,
    instrument: { card },
    capture: true,
    challenge: "none",
  } as const;
  expect((await context.acquirer.authorise(late)).state).toBe("declined");
});

test.each([{ asked: true }, { asked: false }])(
  "a capture, with the acquirer asked: $asked",
  async ({ asked }) => {
    const { context } = open;
    const { id, attempt } = await authorize();
    const reference = newIdentifier("cap");
    await context.database.run(context.statements.beginCapture, [id, ...owner, reference, 1_200]);
    if (asked) await context.acquirer.capture({ reference, authorisation: attempt, amountCents: 1_200 });
    // Until that is known nothing else can be done with it.
    expect((await patch(id, { captured: true })).status).toBe(409);
    expect((await patch(id, { aborted: true })).status).toBe(409);
    await recoverOperation(context, { reference, kind: "capture" });
    expect(await get(id)).toMatchObject(
      asked ? { is_paid: true, amount: 1_200 } : { is_paid: false, failure: null },
    );
    expect((await patch(id, { captured: true })).status).toBe(asked ? 409 : 200);
  },
);

test.each([
  { asked: true, expired: false, code: "aborted" },
  { asked: true, expired: true, code: "timeout" },
  { asked: false, expired: false, code: null },
])("a release, with the acquirer asked: $asked, expired: $expired", async ({ asked, expired, code }) => {
  const { context } = open;
  const { id, attempt } = await authorize();
  const reference = newIdentifier("rel");
  if (expired) {
    await platform.sql.query("update payments set authorization_expires_at = now() where id = $1::text", [
      id,
    ]);
  }
  await context.database.run(context.statements.beginRelease, [id, reference, expired]);
  if (asked) await context.acquirer.release({ reference, authorisation: attempt });
  await recoverOperation(context, { reference, kind: "release" });
  const { failure } = (await get(id)) as { failure: { code: string } | null };
  expect(failure?.code ?? null).toBe(code);
});

test("everything above adds up", async () => {
  expect(await differences(platform.sql)).toEqual([]);
});
