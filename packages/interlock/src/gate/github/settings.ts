import { createPrivateKey, type KeyObject } from "node:crypto";
import { Failure, messageOf } from "../../std/failure.ts";

/** What the server needs to answer GitHub's deployment protection rules as a GitHub App. */
export interface GithubSettings {
  /** What deliveries are signed with. */
  webhookSecret: string;
  appId: string;
  appKey: KeyObject;
  /** Where GitHub's API is, without a slash at the end. Nothing is ever sent anywhere else. */
  api: string;
}

/** GitHub's own; GitHub Enterprise Server has `https://HOST/api/v3`. */
const publicApi = "https://api.github.com";

/**
 * Reads INTERLOCK_GITHUB_WEBHOOK_SECRET, _APP_ID, _APP_KEY (the key itself as PEM) and _API. Null where none of
 * the first three is set: then there is no endpoint. Throws `Failure` "github-settings-not-valid".
 */
export function readGithubSettings(environment: NodeJS.ProcessEnv): GithubSettings | null {
  const webhookSecret = environment["INTERLOCK_GITHUB_WEBHOOK_SECRET"] ?? "";
  const appId = environment["INTERLOCK_GITHUB_APP_ID"] ?? "";
  const key = environment["INTERLOCK_GITHUB_APP_KEY"] ?? "";
  if (webhookSecret === "" && appId === "" && key === "") return null;
  if (webhookSecret.length < 16) {
    throw notValid("INTERLOCK_GITHUB_WEBHOOK_SECRET is missing or has fewer than 16 characters.");
  }
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(appId))
    throw notValid("INTERLOCK_GITHUB_APP_ID is missing or is no App ID.");
  return {
    webhookSecret,
    appId,
    appKey: readKey(key),
    api: readApi(environment["INTERLOCK_GITHUB_API"] ?? publicApi),
  };
}

function readKey(text: string): KeyObject {
  let key: KeyObject;
  try {
    // Variables that can't hold line breaks hold \n instead.
    key = createPrivateKey(text.replaceAll(String.raw`\n`, "\n"));
  } catch (error) {
    throw new Failure({ ...wrong("INTERLOCK_GITHUB_APP_KEY is missing or is no PEM key."), cause: error });
  }
  if (key.asymmetricKeyType !== "rsa") throw notValid("INTERLOCK_GITHUB_APP_KEY is not an RSA key.");
  return key;
}

function readApi(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch (error) {
    throw notValid(`INTERLOCK_GITHUB_API: ${messageOf(error)}.`);
  }
  const plain = url.username === "" && url.password === "" && url.search === "" && url.hash === "";
  if (url.protocol !== "https:" || !plain) {
    throw notValid("INTERLOCK_GITHUB_API is not a plain https:// address.");
  }
  return url.href.replace(/\/+$/, "");
}

function wrong(why: string) {
  return {
    code: "github-settings-not-valid",
    message: "The settings for GitHub's deployment protection rules can't be used.",
    why,
    state: "The server was not started.",
    next: "Set them as docs/guide/pipelines.md says, or none of them.",
  };
}

function notValid(why: string): Failure {
  return new Failure(wrong(why));
}
