import { afterAll, beforeAll, expect, test } from "vitest";
import { notificationSecret } from "../notifications/secret.ts";
import { startPlatform, type Platform } from "../testing/platform.ts";

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform({ version: "2.2.0", migrated: false });
});
afterAll(async () => {
  await platform.stop();
});

const ask = async (body: object, headers = {}) =>
  platform.call({ method: "POST", path: "/v1/keys", body, headers, key: null });

test("whoever logs in gets new keys for both modes; older ones keep working", async () => {
  const { email, password } = platform.access.login;
  const answer = await ask({ email: ` ${email.toUpperCase()} `, password });
  expect(answer.status).toBe(201);
  const keys = answer.json["secret_keys"] as { test: string; live: string };
  for (const [key, isLive] of [
    [keys.test, false],
    [keys.live, true],
    [platform.access.keys[0] ?? "", false],
    [platform.access.liveKeys[0] ?? "", true],
  ] as const) {
    const account = await platform.call({ path: "/v1/account", key });
    expect([account.status, account.json["id"], account.json["is_live"]]).toEqual([
      200,
      "acc_000001",
      isLive,
    ]);
  }
  const { rows } = await platform.sql.query<{ text: string }>("select api_keys::text as text from api_keys");
  expect(rows.some(({ text }) => text.includes(keys.live))).toBe(false);
});

test("a wrong password and an unknown login are told apart by nobody", async () => {
  const wrong = await ask({ email: platform.access.login.email, password: "not it" });
  const unknown = await ask({ email: "nobody@example.net", password: "not it" });
  expect([wrong.status, wrong.text]).toEqual([401, unknown.text]);
  expect(unknown.status).toBe(401);
});

test("guessing ends after ten attempts, also in parallel, and for logins that don't exist", async () => {
  const email = "guessed@example.net";
  const answers = await Promise.all(
    Array.from({ length: 14 }, async (_, place) => ask({ email, password: `guess ${String(place)}` })),
  );
  const count = (status: number): number => answers.filter((answer) => answer.status === status).length;
  // Those that could not be looked at because too many were (503) count as well.
  expect(count(401) + count(503)).toBe(10);
  expect(count(429)).toBe(4);
  const late = await ask({ email, password: "guess" });
  expect([late.status, late.json["details"]]).toEqual([
    429,
    { email: expect.stringMatching(/^try again in [0-9]+ seconds$/) as string },
  ]);
  await platform.sql.query("update login_attempts set first_at = now() - interval '16 minutes'");
  expect((await ask({ email, password: "guess" })).status).toBe(401);
});

test("keys are not kept as the answer of an Idempotency-Key", async () => {
  const { email, password } = platform.access.login;
  const answer = await ask({ email, password }, { "idempotency-key": "keys-1" });
  expect([answer.status, answer.json["object"]]).toEqual([400, "error"]);
});

test("a key that was revoked stops working", async () => {
  const key = platform.access.keys[7] ?? "";
  await platform.sql.query(
    "update api_keys set revoked_at = now() where merchant_id = 'acc_000008' and not is_live",
  );
  expect((await platform.call({ path: "/v1/account", key })).status).toBe(401);
});

test("the account says what may be done, and what notifications are signed with", async () => {
  process.env["NOTIFICATION_SECRET"] = platform.notificationMaster;
  const { json } = await platform.call({ path: "/v1/account" });
  expect(json).toMatchObject({
    object: "account",
    country: "FR",
    payout: { iban_last4: "0189" },
    configuration: { currencies: ["EUR"], min_amounts: { EUR: 99 }, max_amounts: { EUR: 2_000_000 } },
    permissions: { use_live_mode: true, can_save_cards: true, can_create_installment_plan: true },
    notification_secret: notificationSecret({ merchantId: "acc_000001", isLive: false }),
  });
});
