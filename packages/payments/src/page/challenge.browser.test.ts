import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasBrowser } from "../testing/browser.ts";
import { headline, payWith, startHostedPages, type HostedPages } from "../testing/hosted-pages.ts";
import { differences } from "../testing/platform.ts";

/** Types a code on the page of the issuer, in English. */
async function confirm(page: Page, code: string): Promise<void> {
  await headline(page, "Confirm your payment").waitFor();
  await page.getByLabel("Code that we have sent to your phone").fill(code);
  await page.getByRole("button", { name: "Confirm the payment" }).click();
}

describe.skipIf(!hasBrowser)("3-D Secure on the hosted page", () => {
  let pages: HostedPages;
  beforeAll(async () => {
    pages = await startHostedPages();
  });
  afterAll(async () => pages.stop());

  test.each([true, false])(
    "confirmed: back at the merchant, paid (script: %s)",
    async (javaScriptEnabled) => {
      const id = await pages.create();
      const page = await pages.visit(id, { javaScriptEnabled });
      await payWith(page, "challenge");
      await confirm(page, "000000");
      await page.waitForURL(pages.site.arrivedUrl);
      expect(await pages.statusOf(id)).toBe("paid");
      const { rows } = await pages.platform.sql.query("select is_3ds from payments where id = $1", [id]);
      expect(rows).toEqual([{ is_3ds: true }]);
    },
  );

  test("no code is asked for again; a wrong one is declined, with the reason", async () => {
    const id = await pages.create();
    const page = await pages.visit(id);
    await payWith(page, "challenge");
    await confirm(page, "12");
    await page.getByRole("alert").getByText("The code has 6 digits.").waitFor();
    expect(await page.evaluate("document.activeElement.id")).toBe("code");
    await confirm(page, "123456");
    await headline(page, "Payment declined").waitFor();
    await page.getByText("Your bank could not confirm that it is you.").waitFor();
    await page.reload();
    await headline(page, "Payment declined").waitFor();
    await page.getByRole("link", { name: /^Back to / }).click();
    await page.waitForURL(pages.site.cancelUrl);
    expect(await pages.statusOf(id)).toBe("failed");
  });

  test("cancelled at the bank: nothing is charged", async () => {
    const id = await pages.create();
    const page = await pages.visit(id);
    await payWith(page, "challenge");
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByText("Your bank could not confirm that it is you.").waitFor();
    expect(await pages.statusOf(id)).toBe("failed");
  });

  test("the bank confirms, and then there is not enough in the account", async () => {
    const id = await pages.create();
    const page = await pages.visit(id);
    await payWith(page, "challengeThenDeclined");
    await confirm(page, "000000");
    await page.getByText("There is not enough money in the account").waitFor();
    expect(await pages.statusOf(id)).toBe("failed");
  });

  test("whoever goes back from the bank finds the way there again", async () => {
    const id = await pages.create();
    const page = await pages.visit(id);
    await payWith(page, "challenge");
    await headline(page, "Confirm your payment").waitFor();
    await page.goBack();
    await headline(page, "Your bank wants to be sure it is you").waitFor();
    await page.getByRole("link", { name: "Continue to my bank" }).click();
    await confirm(page, "000000");
    await page.waitForURL(pages.site.arrivedUrl);
    expect(await pages.statusOf(id)).toBe("paid");
  });

  test("an amount that is only reserved says so, before and after", async () => {
    const id = await pages.create({
      amount: undefined,
      authorized_amount: 1_999,
      auto_capture: false,
      hosted_payment: null,
    });
    const page = await pages.visit(id);
    await page.getByText("The amount is only reserved on your card today.").waitFor();
    expect(await page.getByRole("button").innerText()).toBe("Reserve €19.99");
    await payWith(page, "challenge");
    await confirm(page, "000000");
    await headline(page, "Amount reserved").waitFor();
    expect(await pages.statusOf(id)).toBe("authorized");
  });

  test("a language that was chosen stays all the way to the bank and back", async () => {
    const page = await pages.visit(await pages.create(), { locale: "de-DE" });
    await page.getByRole("link", { name: "Italiano" }).click();
    await headline(page, "Paga con carta").waitFor();
    await page.getByLabel("Numero della carta").fill("4000 0000 0000 0101");
    await page.getByLabel("Data di scadenza").fill("12/40");
    await page.getByLabel("Codice di sicurezza").fill("123");
    await page.getByRole("button", { name: /^Paga 19,99/ }).click();
    await headline(page, "Conferma il tuo pagamento").waitFor();
    await page.getByLabel("Codice che abbiamo inviato").fill("111111");
    await page.getByRole("button", { name: "Conferma il pagamento" }).click();
    await headline(page, "Pagamento rifiutato").waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("it");
  });

  test.each([
    [{ billing: null }, "fr-FR", "Payer par carte"],
    [{ billing: { language: "it" } }, "fr-FR", "Paga con carta"],
    [{ billing: null }, "de-DE", "Pay by card"],
  ])("%j in a browser that speaks %s: %s", async (body, locale, expected) => {
    const page = await pages.visit(await pages.create(body), { locale });
    expect(await page.getByRole("heading", { level: 1 }).innerText()).toBe(expected);
  });

  test("everything above adds up", async () => {
    expect(await differences(pages.platform.sql)).toEqual([]);
  });
});
