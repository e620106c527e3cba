import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderPaymentPage } from "./payment-page.ts";
import type { PaymentView } from "./payment-view.ts";
import { languages } from "./language.ts";
import { startPlatform, type Platform } from "../testing/platform.ts";

const hostile = `"'><script>alert(1)</script><img src=x onerror=alert(2)>\${7*7}{{7*7}}&lt;`;
/** As part of an address, which holds no spaces. */
const hostilePath = hostile.replaceAll(" ", "+");
const states = [
  "payable",
  "charging",
  "challenged",
  "paid",
  "authorized",
  "refunded",
  "failed",
  "aborted",
  "expired",
] as const;

function expectHarmless(page: string): void {
  expect(page).not.toContain("<script>alert");
  expect(page).not.toContain("<img");
  // One script and one style: ours.
  expect(page.match(/<script/g)).toHaveLength(1);
  expect(page.match(/<style/g)).toHaveLength(1);
  expect(page).not.toMatch(/<[^>]*\son[a-z]+=/i);
  expect(page).not.toMatch(/href="(?!https?:|\?lang=|\/pay\/|#|data:,)/);
}

describe("a merchant who puts markup into everything", () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await startPlatform({ version: "2.3.0", migrated: true });
  });
  afterAll(async () => platform.stop());

  test.each(states)("is shown as what they typed: %s", (state) => {
    for (const language of languages) {
      const view: PaymentView = {
        id: "pay_1",
        isLive: false,
        amountCents: 100,
        currency: "EUR",
        merchant: hostile,
        description: hostile,
        state,
        failureCode: "card_declined",
        card: { brand: hostile, last4: "<b>4" },
        paidAtSeconds: 0,
        deferred: true,
        saving: "asked",
        plan: true,
        returnUrl: undefined,
        cancelUrl: undefined,
        challengeUrl: undefined,
      };
      const page = renderPaymentPage({ view, language });
      expectHarmless(page);
      expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    }
  });

  test("and in every field of a payment, whatever has got into the database", async () => {
    const made = await platform.call({
      method: "POST",
      path: "/v1/payments",
      body: {
        amount: 500,
        currency: "EUR",
        description: hostile.slice(0, 80),
        metadata: { note: hostile },
        billing: { first_name: hostile, language: "it" },
        hosted_payment: {
          return_url: `https://shop.example.net/${hostilePath}`,
          cancel_url: `https://x/${hostilePath}`,
        },
        allow_save_card: true,
      },
    });
    expect(made.status).toBe(201);
    const id = String(made.json["id"]);
    await platform.sql.query("update merchants set name = $1", [hostile]);
    const url = `${platform.api.url}/pay/${id}`;
    expectHarmless(await (await fetch(url)).text());
    // No API takes these; they must not become links even so.
    const urls = {
      return_url: "javascript:alert(1)",
      cancel_url: "data:text/html,<script>alert(1)</script>",
    };
    await platform.sql.query("update payments set hosted_payment = $2 where id = $1", [id, urls]);
    expectHarmless(await (await fetch(url)).text());
    const language = `"><script>alert(3)</script>`;
    expectHarmless(await (await fetch(`${url}?lang=${encodeURIComponent(language)}&onward=yes`)).text());
  });
});
