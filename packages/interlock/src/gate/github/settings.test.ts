import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { readGithubSettings } from "./settings.ts";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pem = privateKey.export({ type: "pkcs8", format: "pem" }) as string;
const good = {
  INTERLOCK_GITHUB_WEBHOOK_SECRET: "planted-secret-of-the-webhook",
  INTERLOCK_GITHUB_APP_ID: "4711",
  INTERLOCK_GITHUB_APP_KEY: pem,
};

test("nothing set is no endpoint", () => {
  expect(readGithubSettings({})).toBeNull();
});

test("everything set is one, for GitHub's own API unless told otherwise", () => {
  expect(readGithubSettings(good)).toMatchObject({ appId: "4711", api: "https://api.github.com" });
  const own = { ...good, INTERLOCK_GITHUB_API: "https://github.example.com/api/v3/" };
  expect(readGithubSettings(own)?.api).toBe("https://github.example.com/api/v3");
  const oneLine = { ...good, INTERLOCK_GITHUB_APP_KEY: pem.replaceAll("\n", String.raw`\n`) };
  expect(readGithubSettings(oneLine)?.appKey.asymmetricKeyType).toBe("rsa");
});

const elliptic = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
test.each([
  ["a short secret", { INTERLOCK_GITHUB_WEBHOOK_SECRET: "short" }],
  ["no secret", { INTERLOCK_GITHUB_WEBHOOK_SECRET: "" }],
  ["no App ID", { INTERLOCK_GITHUB_APP_ID: "" }],
  ["no key", { INTERLOCK_GITHUB_APP_KEY: "" }],
  ["no PEM", { INTERLOCK_GITHUB_APP_KEY: "planted-no-pem" }],
  [
    "another kind of key",
    { INTERLOCK_GITHUB_APP_KEY: elliptic.export({ type: "pkcs8", format: "pem" }) as string },
  ],
  ["an API without encryption", { INTERLOCK_GITHUB_API: "http://github.example.com" }],
  ["an API with a password", { INTERLOCK_GITHUB_API: "https://a:planted@github.example.com" }],
  ["an API that is no address", { INTERLOCK_GITHUB_API: "github" }],
])("%s is said, without what was set", (_, changes) => {
  let said = "";
  try {
    readGithubSettings({ ...good, ...changes });
  } catch (error) {
    const { message, why } = error as { message: string; why: string };
    said = `${message} ${why}`;
  }
  expect(said).toMatch(/INTERLOCK_GITHUB_/);
  expect(said).not.toContain("planted");
});
