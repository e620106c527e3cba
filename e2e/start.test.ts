import { spawn, type StdioOptions } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

// What `npm start` does, with a small platform and little traffic, so that a busy machine can keep up with it.
const main = join(import.meta.dirname, "../packages/payments/src/start/main.ts");
const small = ["--once", "--payments", "2000", "--rate", "15", "--pos-rate", "5"];
// Nobody looks on, so it need not be watched for as long.
const brisk = ["--quiet-seconds", "2", "--pace", "0.3"];

let cache: string;

beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), "il-"));
});
afterAll(async () => {
  await rm(cache, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 });
});

async function start(...flags: string[]): Promise<{ code: number | null; text: string }> {
  const child = spawn(process.execPath, [main, ...small, ...brisk, ...flags], {
    env: { ...process.env, INTERLOCK_CACHE: cache },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (part: string) => (text += part));
  }
  const [code] = (await once(child, "close")) as [number | null];
  return { code, text };
}

describe("npm start", () => {
  test("ships the 17 December change without a failed payment", async () => {
    const { code, text } = await start();
    expect(text).toMatch(/structure alone\? +blocked +order split, live-version-breaks payments@2\.2\.0\n/);
    expect(text).toMatch(/payments@2\.3\.0 alone\? +blocked +version-breaks payments@2\.3\.0/);
    expect(text).toMatch(/psql, directly\? +blocked\n +ALTER TABLE is refused/);
    expect(text).toMatch(/split\? +go\n/);
    expect(text).toMatch(/contract, 2\.2\.0 live\? +blocked .*version-still-live payments@2\.2\.0/);
    expect(text).toMatch(/payments +made +\d+ +failed +0\n/);
    expect(text).toMatch(/terminals +made +\d+ +failed +0\n/);
    expect(text).toMatch(/merge to contract \d+\.\d s/);
    expect(code).toBe(0);
  });

  test("--unprotected fails e-commerce payments and no terminal payment, on the same data", async () => {
    const { code, text } = await start("--unprotected");
    expect(text).toMatch(/alarm +\d+\.\d s later: [1-9]\d* statements of payments@2\.2\.0/);
    expect(text).toMatch(/payments +made +\d+ +failed +[1-9]\d*\n/);
    expect(text).toMatch(/terminals +made +[1-9]\d* +failed +0\n/);
    expect(code).toBe(0);
  });

  test("--alone takes requests by hand until it is interrupted, also while it comes up", async () => {
    const options = {
      env: { ...process.env, INTERLOCK_CACHE: cache },
      stdio: ["ignore", "pipe", "inherit"] satisfies StdioOptions,
    };
    const early = spawn(process.execPath, [main, "--alone", "--payments", "2000"], options);
    early.stdout?.resume();
    await once(early, "spawn");
    await sleep(700);
    early.kill("SIGINT");
    await once(early, "close");

    const child = spawn(process.execPath, [main, "--alone", "--payments", "2000"], options);
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
