import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { Command } from "commander";
import { sleep } from "../../std/sleep.ts";
import { addControlFlags, withControl, type ControlFlags } from "../control-flags.ts";
import { readNumber } from "../read-number.ts";
import { noPage } from "./build.ts";

/** How often the control database is looked at. */
const lookEveryMs = 2_000;

/** `interlock statuspage preview`: what the page would look like with everything that is not published yet. */
export function statuspagePreviewCommand(): Command {
  const command = new Command("preview")
    .description(
      "Serve on this machine what the page would be with drafts and incidents that are not public.",
    )
    .option("--port <number>", "0 takes any free one", "0")
    .addHelpText("after", "\nExample:\n  interlock statuspage preview\n");
  return addControlFlags(command).action(async (flags: ControlFlags & { port: string }) => {
    const port = readNumber(flags.port, { flag: "--port", least: 0, most: 65_535 });
    await withControl(flags, async (control) => {
      const { readPageModel } = await import("../../statuspage/read/read-page-model.ts");
      const { renderSite } = await import("../../statuspage/render-site.ts");
      const { serveSite } = await import("../../statuspage/serve/served-site.ts");
      const { siteServer } = await import("../../statuspage/serve/site-server.ts");
      const read = async (): Promise<ReturnType<typeof serveSite>> => {
        const model = await readPageModel(control, { drafts: true });
        if (model === undefined) throw noPage();
        return serveSite(renderSite(model, new Date()));
      };
      let served = await read();
      const server = siteServer(() => served).listen(port, "127.0.0.1");
      await once(server, "listening");
      process.stdout.write(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}\n`);
      const stopping = new AbortController();
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopping.abort());
      while (!stopping.signal.aborted) {
        await sleep(lookEveryMs, stopping.signal).catch(() => undefined);
        served = await read().catch(() => served);
      }
      server.close();
      server.closeAllConnections();
    });
  });
}
