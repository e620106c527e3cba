import { generateKeyPairSync, verify } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach } from "vitest";
import type { GithubSettings } from "./settings.ts";

/** What the false GitHub was told about a deployment. */
export interface Review {
  path: string;
  environmentName: string;
  state: string | undefined;
  comment: string;
}

/** For tests only: GitHub's API on loopback, as far as a deployment protection rule uses it. */
export interface TestingGithub {
  readonly settings: GithubSettings;
  readonly reviews: Review[];
  /** Every path that was asked for, with what was sent. */
  readonly asked: { path: string; body: unknown }[];
  /** What it answers instead of its usual answers, as long as there is one for the path's end. */
  readonly instead: Map<string, { status: number; body?: string; headers?: Record<string, string> }>;
}

const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
const token = "ghs_planted-installation-token";

export function useGithub(): TestingGithub {
  const reviews: Review[] = [];
  const asked: { path: string; body: unknown }[] = [];
  const instead: TestingGithub["instead"] = new Map();
  let api = "";
  beforeEach(async () => {
    reviews.length = 0;
    asked.length = 0;
    instead.clear();
    const server = createServer((request, response) => {
      void (async () => {
        const path = request.url ?? "";
        const body = await readBody(request);
        asked.push({ path, body });
        const other = [...instead].find(([end]) => path.endsWith(end))?.[1];
        if (other !== undefined) {
          response.writeHead(other.status, other.headers).end(other.body);
          return;
        }
        const [status, answer] = answerOf(path, { body, request, reviews });
        response.writeHead(status, { "content-type": "application/json" }).end(answer);
      })();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    api = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    return async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    };
  });
  afterEach(() => {
    for (const { path, body } of asked) {
      if (JSON.stringify({ path, body }).includes("webhook-secret")) throw new Error("a secret was sent");
    }
  });
  return {
    get settings() {
      return {
        webhookSecret: "planted-webhook-secret",
        appId: "4711",
        appKey: keys.privateKey,
        api,
      };
    },
    reviews,
    asked,
    instead,
  };
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const part of request) text += String(part);
  return text === "" ? undefined : JSON.parse(text);
}

function answerOf(
  path: string,
  { body, request, reviews }: { body: unknown; request: IncomingMessage; reviews: Review[] },
): [number, string] {
  const bearer = request.headers.authorization?.replace("Bearer ", "") ?? "";
  if (/^\/app\/installations\/\d+\/access_tokens$/.test(path)) {
    return isOurJwt(bearer) ? [201, JSON.stringify({ token })] : [401, "{}"];
  }
  if (/^\/repos\/[^/]+\/[^/]+\/actions\/runs\/\d+\/deployment_protection_rule$/.test(path)) {
    if (bearer !== token) return [401, "{}"];
    const { environment_name: environmentName, state, comment } = body as Record<string, string>;
    if (environmentName === undefined || comment === undefined || comment.length > 1_024) return [422, "{}"];
    reviews.push({ path, environmentName, state, comment });
    return [204, ""];
  }
  return [404, "{}"];
}

function isOurJwt(jwt: string): boolean {
  const [head = "", claims = "", signature = ""] = jwt.split(".");
  const { iss, iat, exp } = JSON.parse(Buffer.from(claims, "base64url").toString("utf8")) as {
    iss: string;
    iat: number;
    exp: number;
  };
  const now = Date.now() / 1_000;
  const isTimely = iat <= now && exp > now && exp - iat <= 600;
  const isSigned = verify(
    "sha256",
    Buffer.from(`${head}.${claims}`),
    keys.publicKey,
    Buffer.from(signature, "base64url"),
  );
  return iss === "4711" && isTimely && isSigned;
}
