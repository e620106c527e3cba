import type { BrowserContextOptions, Locator, Page } from "playwright-core";
import { testCards, type TestCard } from "../acquirer/test-cards.ts";
import { startBrowser } from "./browser.ts";
import { startMerchantSite, type MerchantSite } from "./merchant-site.ts";
import { startPlatform, type Platform } from "./platform.ts";

/** A platform, a merchant's site and a browser to pay with. */
export interface HostedPages {
  platform: Platform;
  site: MerchantSite;
  /** A payment of 19.99 euros in English, with the merchant's addresses; `body` says what else. Returns its id. */
  create(body?: object): Promise<string>;
  /** The page of a payment, in a browser that has never been there. */
  visit(id: string, options?: BrowserContextOptions): Promise<Page>;
  /** The status in the database. */
  statusOf(id: string): Promise<unknown>;
  stop(): Promise<void>;
}

export async function startHostedPages(
  options: Partial<Parameters<typeof startPlatform>[0]> = {},
): Promise<HostedPages> {
  const [platform, browser, site] = await Promise.all([
    startPlatform({ version: "2.3.0", migrated: true, ...options }),
    startBrowser(),
    startMerchantSite(),
  ]);
  return {
    platform,
    site,
    async create(body = {}) {
      const { returnUrl, cancelUrl } = site;
      const wanted = {
        amount: 1_999,
        currency: "EUR",
        billing: { language: "en" },
        hosted_payment: { return_url: returnUrl, cancel_url: cancelUrl },
        ...body,
      };
      const made = await platform.call({ method: "POST", path: "/v1/payments", body: wanted });
      if (made.status !== 201) throw new Error(`not created: ${made.text}`);
      return String(made.json["id"]);
    },
    async visit(id, contextOptions) {
      const page = await browser.open(contextOptions);
      await page.goto(`${platform.api.url}/pay/${id}`);
      return page;
    },
    async statusOf(id) {
      const found = await platform.sql.query<{ status: string }>(
        "select status from payments where id = $1",
        [id],
      );
      return found.rows[0]?.status;
    },
    async stop() {
      await Promise.all([browser.close(), site.stop()]);
      await platform.stop();
    },
  };
}

/** Fills the card form in English and sends it. */
export async function payWith(page: Page, card: TestCard): Promise<void> {
  await page.getByLabel("Card number").fill(testCards[card]);
  await page.getByLabel("Expiry date").fill("12/40");
  await page.getByLabel("Security code").fill("123");
  await page.getByRole("button").click();
}

/** The one heading that says what a page is about. */
export function headline(page: Page, name: string): Locator {
  return page.getByRole("heading", { level: 1, name });
}
