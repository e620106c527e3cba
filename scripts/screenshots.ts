// `npm run screenshots -- [--out DIRECTORY]`: pictures of the status page in every state it is tested in, at phone and
// desktop width, light and dark. They are to be looked at, not kept: the default is outside the repository.
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { looks } from "../e2e/statuspage/looks.ts";
import { renderSite } from "../packages/interlock/src/statuspage/render-site.ts";
import { serveSite, type ServedSite } from "../packages/interlock/src/statuspage/serve/served-site.ts";
import { siteServer } from "../packages/interlock/src/statuspage/serve/site-server.ts";
import { startBrowser } from "../packages/payments/src/testing/browser.ts";

const { values } = parseArgs({ options: { out: { type: "string" }, only: { type: "string" } } });
const out = resolve(values.out ?? join(tmpdir(), "interlock-screenshots"));
await mkdir(out, { recursive: true });

let current: ServedSite = new Map();
const server = siteServer(() => current).listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as AddressInfo;
const browser = await startBrowser();
for (const { name, model, now, paths } of looks) {
  if (values.only !== undefined && values.only !== name) continue;
  current = serveSite(renderSite(model, now));
  for (const path of paths) {
    for (const width of [360, 1280]) {
      for (const colorScheme of ["light", "dark"] as const) {
        const page = await browser.open({ viewport: { width, height: 800 }, colorScheme });
        await page.goto(`http://127.0.0.1:${String(port)}/${path}`);
        const file = `${name}-${path.replaceAll("/", "-").replace(".html", "")}-${String(width)}-${colorScheme}.png`;
        await page.screenshot({ path: join(out, file), fullPage: true });
        await page.context().close();
      }
    }
  }
}
await browser.close();
server.close();
process.stdout.write(`${out}\n`);
