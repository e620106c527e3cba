import { existsSync } from "node:fs";
import { chromium, type BrowserContextOptions, type Page } from "playwright-core";

/** Where Debian and others put it; CHROMIUM names another one, or, empty, none. */
const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const named = process.env["CHROMIUM"];
const chromiumPath = (named === undefined ? places : [named]).find((place) => existsSync(place));

/** Whether there is a real browser here. Where there is none its tests are skipped, and a line says so. */
export const hasBrowser = chromiumPath !== undefined;

if (!hasBrowser) {
  process.stdout.write(
    "Browser tests skipped: there is no Chromium here. Debian: apt-get install chromium; or set CHROMIUM to its path.\n",
  );
}

/** A real browser for a test. */
export interface TestBrowser {
  /** A page in a context of its own: it knows nothing of the others. */
  open(options?: BrowserContextOptions): Promise<Page>;
  close(): Promise<void>;
}

export async function startBrowser(): Promise<TestBrowser> {
  if (chromiumPath === undefined) throw new Error("there is no Chromium");
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  return {
    async open(options = {}) {
      const context = await browser.newContext(options);
      context.setDefaultTimeout(20_000);
      return context.newPage();
    },
    close: async () => browser.close(),
  };
}
