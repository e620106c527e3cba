import axe from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testCards } from "../acquirer/test-cards.ts";
import { hasBrowser } from "../testing/browser.ts";
import { startHostedPages, type HostedPages } from "../testing/hosted-pages.ts";
import { approvedCard, makePaid } from "../testing/platform.ts";
import { languages } from "./language.ts";

interface Violation {
  id: string;
  nodes: { html: string }[];
}

/** What axe finds on a page, as `rule: element`. It runs beside the page: nothing of it is let through the policy. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = (await page.evaluate("axe.run().then(({ violations }) => violations)")) as Violation[];
  return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

/** By how many pixels a page is wider than the window. */
async function sideways(page: Page): Promise<number> {
  return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
}

describe.skipIf(!hasBrowser)("every state of the hosted page", () => {
  let pages: HostedPages;
  let wide: Page;
  let narrow: Page;
  beforeAll(async () => {
    pages = await startHostedPages({ workerFlags: { "recover-after-ms": 600_000 } });
    const id = await pages.create();
    wide = await pages.visit(id, { colorScheme: "light", viewport: { width: 1280, height: 800 } });
    // 1280 pixels at a zoom of 400 %, or a small phone.
    narrow = await pages.visit(id, { colorScheme: "dark", viewport: { width: 320, height: 640 } });
  });
  afterAll(async () => pages.stop());

  const card = async (id: string, number: string): Promise<Record<string, unknown>> => {
    const body = { ...approvedCard, card_number: number };
    return (await pages.platform.call({ method: "POST", path: `/pay/${id}`, body, key: null })).json;
  };
  const change = async (id: string, assignments: string): Promise<void> => {
    await pages.platform.sql.query(`update payments set ${assignments} where id = $1`, [id]);
  };
  const details = {
    description: "Order 2024-1187: a sofa with a name that is rather longer than most others",
    allow_save_card: true,
  };
  /** The address of a page in each state. */
  const states: Record<string, () => Promise<string>> = {
    payable: async () => `/pay/${await pages.create(details)}`,
    deferred: async () => {
      const rest = { amount: undefined, authorized_amount: 2_000_000, auto_capture: false, save_card: true };
      const id = await pages.create(rest);
      await change(id, "is_live = true");
      return `/pay/${id}`;
    },
    charging: async () => {
      const id = await pages.create();
      await change(id, "attempt_id = 'att_none'");
      return `/pay/${id}`;
    },
    challenged: async () => {
      const id = await pages.create(details);
      await card(id, testCards.challenge);
      return `/pay/${id}`;
    },
    paid: async () => `/pay/${await makePaid(pages.platform, 2_000_000)}`,
    authorized: async () => {
      const id = await pages.create({ amount: undefined, authorized_amount: 500, auto_capture: false });
      await card(id, testCards.approved);
      return `/pay/${id}`;
    },
    refunded: async () => {
      const id = await makePaid(pages.platform, 500);
      await pages.platform.call({ method: "POST", path: `/v1/payments/${id}/refunds`, body: {} });
      return `/pay/${id}`;
    },
    failed: async () => {
      const id = await pages.create(details);
      await card(id, testCards.insufficientFunds);
      return `/pay/${id}`;
    },
    aborted: async () => {
      const id = await pages.create();
      await pages.platform.call({ method: "PATCH", path: `/v1/payments/${id}`, body: { aborted: true } });
      return `/pay/${id}`;
    },
    expired: async () => {
      const id = await pages.create();
      await change(id, "status = 'failed', failure_code = 'timeout', failure_message = ''");
      return `/pay/${id}`;
    },
    unknown: async () => "/pay/pay_none",
    bank: async () => String((await card(await pages.create(), testCards.challenge))["challenge_url"]),
    "bank, unknown": async () => `${pages.platform.acquirer.url}/challenges/none`,
  };
  const headings = new Map<string, string>();

  test.each(Object.keys(states))(
    "%s: accessible and not too wide, in every language, light and dark",
    async (name) => {
      const address = new URL((await states[name]?.()) ?? "", pages.platform.api.url);
      for (const language of languages) {
        address.searchParams.set("lang", language);
        // Colours are the same in every language, so light ones are looked at once.
        for (const page of language === languages[0] ? [wide, narrow] : [narrow]) {
          await page.goto(address.href);
          expect(await page.locator("html").getAttribute("lang")).toBe(language);
          expect(await violations(page)).toEqual([]);
          expect(await sideways(page)).toBe(0);
        }
        const heading = await narrow.getByRole("heading", { level: 1 }).innerText();
        // Every state has words of its own; only the form is the same, live and in test mode.
        const known = headings.get(heading) ?? name;
        expect([name, "payable"]).toContain(known);
        headings.set(heading, known);
      }
    },
  );

  test.each(languages)("with problems in the form, in %s", async (language) => {
    const id = await pages.create(details);
    for (const page of [wide, narrow]) {
      await page.goto(`${pages.platform.api.url}/pay/${id}?lang=${language}`);
      await page.getByRole("button").click();
      expect(await page.getByRole("alert").getByRole("link").count()).toBe(3);
      expect(await violations(page)).toEqual([]);
      expect(await sideways(page)).toBe(0);
    }
  });

  test.each(languages)("with something that is no code on the bank's page, in %s", async (language) => {
    const url = new URL((await states["bank"]?.()) ?? "");
    url.searchParams.set("lang", language);
    for (const page of [wide, narrow]) {
      await page.goto(url.href);
      await page.getByRole("textbox").fill("12");
      await page.getByRole("textbox").press("Enter");
      await page.getByRole("alert").waitFor();
      expect(await violations(page)).toEqual([]);
      expect(await sideways(page)).toBe(0);
    }
  });

  test("with letters twice as large and wider spacing, nothing is cut off or too wide", async () => {
    await narrow.goto(`${pages.platform.api.url}${(await states["payable"]?.()) ?? ""}`);
    const spacing = "font-size: 200%; line-height: 1.5; letter-spacing: 0.12em; word-spacing: 0.16em";
    await narrow.evaluate(`document.documentElement.style.cssText = "${spacing}"`);
    expect(await sideways(narrow)).toBe(0);
    const cut = await narrow.evaluate(
      "[...document.querySelectorAll('body *')].filter((node) => node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).overflowX === 'hidden').length",
    );
    expect(cut).toBe(0);
  });

  test("axe would have seen it", async () => {
    await wide.goto(`${pages.platform.api.url}${(await states["payable"]?.()) ?? ""}`);
    await wide.evaluate("document.querySelector('label').remove()");
    expect(await violations(wide)).toEqual([expect.stringMatching(/^label: <input id="card_number"/)]);
  });

  test("nothing turns for those who asked for less motion", async () => {
    const address = `${pages.platform.api.url}${(await states["charging"]?.()) ?? ""}`;
    const animations = "document.getAnimations().length";
    await wide.goto(address);
    expect(await wide.evaluate(animations)).toBe(1);
    await wide.emulateMedia({ reducedMotion: "reduce" });
    expect(await wide.evaluate(animations)).toBe(0);
  });
});
