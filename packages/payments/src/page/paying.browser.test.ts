import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testCards } from "../acquirer/test-cards.ts";
import { hasBrowser } from "../testing/browser.ts";
import { headline, payWith, startHostedPages, type HostedPages } from "../testing/hosted-pages.ts";
import { differences } from "../testing/platform.ts";

/** The field that has the focus, by name. */
const focused = "document.activeElement.name || document.activeElement.type";

describe.skipIf(!hasBrowser)("paying on the hosted page", () => {
  let pages: HostedPages;
  beforeAll(async () => {
    pages = await startHostedPages({
      apiFlags: { "acquirer-timeout-ms": 500 },
      workerFlags: { "recover-after-ms": 200, "recover-every-ms": 100 },
    });
  });
  afterAll(async () => pages.stop());

  test("by keyboard alone, and then back to the merchant", async () => {
    const id = await pages.create({ allow_save_card: true });
    const page = await pages.visit(id);
    const tabTo = async (name: string): Promise<void> => {
      for (let tabs = 0; tabs < 10; tabs++) {
        await page.keyboard.press("Tab");
        if ((await page.evaluate(focused)) === name) return;
      }
      throw new Error(`no way to ${name} by keyboard`);
    };
    await tabTo("card_number");
    await page.keyboard.type(testCards.approvedAmericanExpress);
    expect(await page.getByLabel("Card number").inputValue()).toBe("3782 822463 10005");
    await tabTo("expiry");
    await page.keyboard.type("1240");
    expect(await page.getByLabel("Expiry date").inputValue()).toBe("12/40");
    await tabTo("cvv");
    await page.keyboard.type("1234");
    await tabTo("save_card");
    await page.keyboard.press("Space");
    await tabTo("submit");
    await page.keyboard.press("Enter");
    await page.waitForURL(pages.site.arrivedUrl);
    expect(await pages.statusOf(id)).toBe("paid");
    const { rows } = await pages.platform.sql.query("select brand, last4 from cards");
    expect(rows).toEqual([{ brand: "American Express", last4: "0005" }]);
  });

  test("with Enter in a field, without a script, and with nowhere to go back to", async () => {
    const page = await pages.visit(await pages.create({ hosted_payment: null }), {
      javaScriptEnabled: false,
    });
    await page.getByLabel("Card number").fill("4242 4242 4242 4242");
    await page.getByLabel("Expiry date").fill("12 / 2040");
    await page.getByLabel("Security code").fill("123");
    await page.getByLabel("Security code").press("Enter");
    await headline(page, "Payment successful").waitFor();
    expect(await page.getByRole("main").innerText()).toContain("Visa ending in 4242");
  });

  test.each([
    ["declined", "Your bank has declined the card."],
    ["insufficientFunds", "There is not enough money in the account behind the card."],
  ] as const)("%s: says why, and the way back", async (card, reason) => {
    const id = await pages.create();
    const page = await pages.visit(id);
    await payWith(page, card);
    await headline(page, "Payment declined").waitFor();
    await page.getByText(reason).waitFor();
    expect(await pages.statusOf(id)).toBe("failed");
    await page.getByRole("link", { name: /^Back to / }).click();
    await page.waitForURL(pages.site.cancelUrl);
  });

  test("wrong fields are named, the first one has the focus, and no card number comes back", async () => {
    const id = await pages.create({ allow_save_card: true });
    const page = await pages.visit(id);
    await page.getByLabel("Card number").fill("4242 4242 4242 4241");
    await page.getByLabel("Expiry date").fill("12/40");
    await page.getByLabel("Security code").fill("12");
    await page.getByLabel(/^Save this card/).check();
    await page.getByRole("button").click();
    const alert = page.getByRole("alert");
    await alert.getByText("There are 2 things to correct").waitFor();
    const number = page.getByLabel("Card number");
    expect(await page.title()).toMatch(/^Please check/);
    expect(await page.evaluate(focused)).toBe("card_number");
    expect([await number.inputValue(), await page.getByLabel("Security code").inputValue()]).toEqual([
      "",
      "",
    ]);
    expect(await page.getByLabel("Expiry date").inputValue()).toBe("12/40");
    expect(await page.getByLabel(/^Save this card/).isChecked()).toBe(true);
    const described = await number.getAttribute("aria-describedby");
    expect(await page.locator(`#${String(described)}`).innerText()).toContain(
      "This card number is not right.",
    );
    await alert.getByRole("link", { name: /security code/ }).click();
    expect(await page.evaluate(focused)).toBe("cvv");
    await payWith(page, "approved");
    await page.waitForURL(pages.site.arrivedUrl);
    expect(await pages.statusOf(id)).toBe("paid");
  });

  test("cancelling leads to the merchant, and the payment stays open", async () => {
    const id = await pages.create();
    const page = await pages.visit(id);
    await page.getByRole("link", { name: /^Cancel and go back/ }).click();
    await page.waitForURL(pages.site.cancelUrl);
    expect(await pages.statusOf(id)).toBe("created");
  });

  test("the back button and a reload show how it stands; nothing is charged again", async () => {
    const id = await pages.create();
    const page = await pages.visit(id);
    await payWith(page, "approved");
    await page.waitForURL(pages.site.arrivedUrl);
    await page.goBack();
    await headline(page, "Payment successful").waitFor();
    await page.reload();
    await headline(page, "Payment successful").waitFor();
    expect(await page.getByRole("textbox").count()).toBe(0);
    await page.getByRole("link", { name: /^Back to / }).click();
    await page.waitForURL(pages.site.arrivedUrl);
  });

  test("in two tabs, with two clicks each: one charge", async () => {
    const id = await pages.create();
    const one = await pages.visit(id);
    const other = await one.context().newPage();
    await other.goto(one.url());
    await payWith(one, "approved");
    await one.waitForURL(pages.site.arrivedUrl);
    await other.getByLabel("Card number").fill(testCards.approvedMastercard);
    await other.getByLabel("Expiry date").pressSequentially("12/40");
    expect(await other.getByLabel("Expiry date").inputValue()).toBe("12/40");
    await other.getByLabel("Security code").fill("123");
    await other.getByRole("button").dblclick();
    await headline(other, "Payment successful").waitFor();
    const { rows } = await pages.platform.sql.query(
      "select state from acquirer_operations where subject_id = $1",
      [id],
    );
    expect(rows).toEqual([{ state: "approved" }]);
  });

  test("while the bank does not answer, the page waits and then says how it went", async () => {
    const id = await pages.create();
    const [page, plain] = [await pages.visit(id), await pages.visit(id, { javaScriptEnabled: false })];
    await pages.platform.acquirer.kill();
    await payWith(page, "approved");
    await headline(page, "Your payment is being processed").waitFor();
    await plain.reload();
    await headline(plain, "Your payment is being processed").waitFor();
    await pages.platform.restartAcquirer();
    // The acquirer never heard of the payment, so recovery voids it; the page finds out by itself.
    await headline(page, "Payment expired").waitFor();
    await headline(plain, "Payment expired").waitFor();
    expect(await pages.statusOf(id)).toBe("failed");
  });

  test("everything above adds up", async () => {
    expect(await differences(pages.platform.sql)).toEqual([]);
  });
});
