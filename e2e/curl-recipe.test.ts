import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openShop, type Shop } from "./shop.ts";

// The script in docs/guide/pipelines.md, as it stands there, against a real server. It needs curl and jq.

let shop: Shop;
let script: string;

beforeAll(async () => {
  const guide = await readFile(join(import.meta.dirname, "../docs/guide/pipelines.md"), "utf8");
  const [, found] = /<!-- begin gate\.sh -->\s*```sh\n([\s\S]*?)```/.exec(guide) ?? [];
  if (found === undefined) throw new Error("the guide has no gate.sh");
  script = found;
  shop = await openShop();
});
afterAll(async () => {
  await shop.stop();
});

async function run(
  given: readonly string[],
  variables: Record<string, string> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = spawn("sh", ["-c", script, "gate.sh", ...given], {
    env: {
      ...process.env,
      INTERLOCK_SERVER: shop.server.address,
      INTERLOCK_TOKEN: shop.server.token,
      ...variables,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (part: Buffer) => (stdout += String(part)));
  child.stderr.on("data", (part: Buffer) => (stderr += String(part)));
  const code = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => resolve(status ?? -1));
  });
  return { code, stdout, stderr };
}

test("go, blocked and unknown are 0, 1 and 3, with the reasons", async () => {
  expect(await run(["production", "terminals@1.0.0"])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^go\n/) as string,
  });
  expect(await run(["production", "payments@2.3.0"])).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^blocked\n- version-breaks \(blocks\): /) as string,
  });
  expect(await run(["production", "payments@9"])).toMatchObject({
    code: 3,
    stdout: expect.stringMatching(/^unknown\n- workload-missing \(unknown\): /) as string,
  });
});

test.each([
  ["a token that does not work", ["production", "terminals@1.0.0"], { INTERLOCK_TOKEN: "ilk_no" }],
  ["nobody there", ["production", "terminals@1.0.0"], { INTERLOCK_SERVER: "http://127.0.0.1:1" }],
  ["no such environment", ["nowhere", "terminals@1.0.0"], {}],
  ["no version", ["production", ""], {}],
  ["something else that answers", ["../whoami?", "terminals@1.0.0"], {}],
  ["quotes", ['production"', 'a"b@$(touch x)'], {}],
] as const)("%s is 2, and says so", async (_, given, variables) => {
  const { code, stderr } = await run(given, variables);
  expect(code).toBe(2);
  expect(stderr).not.toBe("");
  expect(stderr).not.toContain(shop.server.token);
});
