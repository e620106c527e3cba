import { spawn, type StdioOptions } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { startMain } from "./run-start.ts";
import { useCache } from "./testing-cache.ts";

// What `npm start` does by hand; `npm run test:long -- start` has it ship a change.
const cache = useCache();

describe("npm start", () => {
  test("--alone takes requests by hand until it is interrupted, also while it comes up", async () => {
    const options = {
      env: { ...process.env, INTERLOCK_CACHE: cache.path },
      stdio: ["ignore", "pipe", "inherit"] satisfies StdioOptions,
    };
    const early = spawn(process.execPath, [startMain, "--alone", "--payments", "2000"], options);
    early.stdout?.resume();
    await once(early, "spawn");
    await sleep(700);
    early.kill("SIGINT");
    await once(early, "close");

    const child = spawn(process.execPath, [startMain, "--alone", "--payments", "2000"], options);
    let text = "";
    child.stdout?.setEncoding("utf8").on("data", (part: string) => (text += part));
    await vi.waitUntil(() => text.includes("Ctrl-C"), { timeout: 60_000 });
    const [, api = ""] = /Payment API +(\S+)/.exec(text) ?? [];
    const [, key = ""] = /test key +(\S+)/.exec(text) ?? [];
    const made = await fetch(`${api}/v1/payments`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({ amount: 1_999, currency: "EUR" }),
    });
    expect(made.status).toBe(201);
    const { hosted_payment: page } = (await made.json()) as { hosted_payment: { payment_url: string } };
    expect(await (await fetch(page.payment_url)).text()).toContain("<form");
    child.kill("SIGINT");
    const [code] = (await once(child, "close")) as [number | null];
    expect(code).toBe(0);
    expect(text).toContain("Everything that was started has been stopped.");
  });
});
