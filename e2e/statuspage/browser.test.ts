import { source as axeSource } from "axe-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openModel, cet } from "../../packages/interlock/src/statuspage/testing-models.ts";
import { serveModel } from "../../packages/interlock/src/statuspage/testing-served.ts";
import { hasBrowser, startBrowser, type TestBrowser } from "../../packages/payments/src/testing/browser.ts";
import { looks } from "./looks.ts";

interface Violation {
  id: string;
  nodes: { html: string; failureSummary: string }[];
}

/** AXE=all looks at each page in every way; otherwise each width and each scheme once. */
const ways =
  process.env["AXE"] === "all"
    ? ([
        [360, "light"],
        [360, "dark"],
        [1280, "light"],
        [1280, "dark"],
      ] as const)
    : ([
        [360, "dark"],
        [1280, "light"],
      ] as const);

declare const axe: { run(options: object): Promise<{ violations: Violation[] }> };

async function violationsOn(page: Awaited<ReturnType<TestBrowser["open"]>>): Promise<Violation[]> {
  const { violations } = await page.evaluate(async () =>
    axe.run({
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
      resultTypes: ["violations"],
    }),
  );
  return violations;
}

describe.skipIf(!hasBrowser)("in a real browser", () => {
  let browser: TestBrowser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(async () => browser.close());

  test.each(looks)(
    "axe finds nothing, and nothing is wider than the screen: $name",
    async ({ model, now, paths }) => {
      const served = await serveModel(model, now);
      const found: string[] = [];
      for (const [width, colorScheme] of ways) {
        const page = await browser.open({ viewport: { width, height: 800 }, colorScheme, bypassCSP: true });
        for (const path of paths) {
          await page.goto(`${served.url}/${path}`);
          // What is folded away is looked at, too.
          await page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true");
          await page.evaluate(axeSource);
          const { violations } = await page.evaluate(async () =>
            axe.run({
              runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
              resultTypes: ["violations"],
            }),
          );
          const place = `${path} ${String(width)} ${colorScheme}`;
          for (const { id, nodes } of violations)
            found.push(`${place}: ${id}: ${nodes[0]?.html ?? ""} ${nodes[0]?.failureSummary ?? ""}`);
          const wider = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
          if (wider > 0) found.push(`${place}: ${String(wider)} px wider than the screen`);
        }
        await page.context().close();
      }
      served.close();
      expect(found).toEqual([]);
    },
  );

  test("axe finds what is wrong, so that nothing found means something", async () => {
    const served = await serveModel(openModel(), cet("14:31"));
    const page = await browser.open({ bypassCSP: true });
    await page.goto(`${served.url}/fr/index.html`);
    await page.evaluate(
      "document.querySelector('svg.days').removeAttribute('aria-label'); document.body.style.color = '#ccc'",
    );
    await page.evaluate(axeSource);
    const ids = (await violationsOn(page)).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(["color-contrast", "svg-img-alt"]));
    await page.context().close();
    served.close();
  });

  test("without a script, with nothing from elsewhere, and with the policy that it is sent with", async () => {
    const served = await serveModel(openModel(), cet("14:31"));
    const page = await browser.open({ javaScriptEnabled: false });
    const asked: string[] = [];
    const complaints: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    page.on("console", (message) => complaints.push(message.text()));
    await page.goto(`${served.url}/fr/index.html`);
    expect(asked.every((url) => url.startsWith(served.url))).toBe(true);
    const fold = page.getByText("Italiano", { exact: true }).last();
    await fold.click();
    await page.getByText("Abbiamo identificato difficoltà", { exact: false }).waitFor();
    await page.getByRole("link", { name: "Perturbations sur les paiements e-commerce" }).first().click();
    await page
      .getByRole("heading", { level: 1, name: "Perturbations sur les paiements e-commerce" })
      .waitFor();
    await page.goto(`${served.url}/somewhere/else`);
    // Its style stands in it, and its policy lets it.
    expect(await page.evaluate("getComputedStyle(document.querySelector('ul.choice')).display")).toBe("grid");
    expect(complaints.filter((text) => !text.includes("404"))).toEqual([]);
    await page.context().close();
    served.close();
  });

  test("by keyboard: the first stop is the way to the content, and where one is can be seen", async () => {
    const served = await serveModel(openModel(), cet("14:31"));
    const page = await browser.open();
    await page.goto(`${served.url}/en/index.html`);
    await page.keyboard.press("Tab");
    const focused = page.locator(":focus");
    expect(await focused.getAttribute("href")).toBe("#main");
    const stops = new Set<string>();
    const outlines = new Set<string>();
    for (let turn = 0; turn < 25; turn += 1) {
      await page.keyboard.press("Tab");
      const text = (await focused.count()) === 0 ? "" : await focused.innerText();
      if (text !== "") {
        stops.add(text);
        outlines.add(await page.evaluate<string>("getComputedStyle(document.activeElement).outlineStyle"));
      }
    }
    expect([...outlines]).toEqual(["solid"]);
    for (const wanted of ["History", "Subscribe", "Français", "E-commerce payment disruption", "Atom feed"]) {
      expect([...stops]).toContain(wanted);
    }
    await page.context().close();
    served.close();
  });
});
