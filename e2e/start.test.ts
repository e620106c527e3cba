import { spawn, type StdioOptions } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { startMain, useStart } from "./testing-start.ts";

// What `npm start` does, with a small platform and little traffic, so that a busy machine can keep up with it.
const started = useStart();

describe("npm start", () => {
  test("ships the 17 December change without a failed payment", async () => {
    const { code, text } = await started.run();
    expect(text).toMatch(/structure alone\? +blocked +order split, live-version-breaks payments@2\.2\.0\n/);
    expect(text).toMatch(/payments@2\.3\.0 alone\? +blocked +version-breaks payments@2\.3\.0/);
    expect(text).toMatch(/psql, directly\? +blocked\n +ALTER TABLE is refused/);
    expect(text).toMatch(/split\? +go\n/);
    expect(text).toMatch(/contract, 2\.2\.0 live\? +blocked .*version-still-live payments@2\.2\.0/);
    expect(text).toMatch(/payments +made +[\d,]+ +failed +0\n/);
    expect(text).toMatch(/terminals +made +[\d,]+ +failed +0\n/);
    expect(text).toMatch(/merge to contract \d+\.\d s/);
    expect(code).toBe(0);
  });

  test("--alone takes requests by hand until it is interrupted, also while it comes up", async () => {
    const options = {
      env: { ...process.env, INTERLOCK_CACHE: started.cache },
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
