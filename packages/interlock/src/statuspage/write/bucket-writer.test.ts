import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { contentHash } from "../content-hash.ts";
import { renderSite } from "../render-site.ts";
import { cet, largeModel, resolvedModel } from "../testing-models.ts";
import { makeBucketWriter } from "./bucket-writer.ts";
import { readStatuspageSettings } from "./settings.ts";

const small = renderSite(resolvedModel(), cet("15:45"));
const large = renderSite(largeModel({ groups: 1, members: 2 }), cet("15:45"));
const secret = "planted-secret-key";

/** Storage that speaks as much S3 as is needed, and checks every signature as AWS's documents say. */
let objects: Map<string, { body: Buffer; type: string | undefined; cache: string | undefined }>;
let asked: string[];
let failures: (() => number | undefined) | undefined;
let server: Server;
let endpoint: string;

beforeEach(async () => {
  objects = new Map();
  asked = [];
  failures = undefined;
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      const key = decodeURIComponent((request.url ?? "").slice(1));
      const refused = failures?.();
      const status = refused ?? (isSigned(request, body) ? take(request, key, body) : 403);
      const found = objects.get(key);
      response.writeHead(status);
      response.end(
        status === 200 && request.method === "GET"
          ? found?.body
          : status >= 400
            ? "<Error><Code>SlowDown</Code></Error>"
            : undefined,
      );
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  endpoint = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});

afterEach(() => {
  server.close();
  server.closeAllConnections();
});

function take({ method = "", headers }: IncomingMessage, key: string, body: Buffer): number {
  asked.push(`${method} ${key}`);
  if (method === "PUT")
    objects.set(key, { body, type: headers["content-type"], cache: headers["cache-control"] });
  if (method === "DELETE") objects.delete(key);
  if (method === "GET" && !objects.has(key)) return 404;
  return method === "DELETE" ? 204 : 200;
}

function hmac(key: string | Buffer, part: string): Buffer {
  return createHmac("sha256", key).update(part).digest();
}

function isSigned({ method = "", url = "", headers }: IncomingMessage, body: Buffer): boolean {
  const [, scope = "", names = "", given] =
    /Credential=AKTEST\/([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]+)/.exec(
      headers.authorization ?? "",
    ) ?? [];
  const payload = String(headers["x-amz-content-sha256"]);
  if (payload !== contentHash(body)) return false;
  const canonical = [
    method,
    url,
    "",
    ...names.split(";").map((name) => `${name}:${String(headers[name])}`),
    "",
    names,
    payload,
  ].join("\n");
  const text = ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, contentHash(Buffer.from(canonical))].join(
    "\n",
  );
  const key = scope.split("/").reduce<string | Buffer>((made, part) => hmac(made, part), `AWS4${secret}`);
  return hmac(key, text).toString("hex") === given;
}

function writer() {
  const { bucket } = readStatuspageSettings(
    {
      INTERLOCK_STATUSPAGE_S3: "s3://status/pages/",
      AWS_ACCESS_KEY_ID: "AKTEST",
      AWS_SECRET_ACCESS_KEY: secret,
      AWS_REGION: "eu-west-3",
      AWS_ENDPOINT_URL_S3: endpoint,
    },
    { dataDirectory: "/nowhere" },
  );
  if (bucket === null) throw new Error("it is given");
  return makeBucketWriter(bucket);
}

const { signal } = new AbortController();

test("every object, signed, with its type; what is linked to before what links to it, the manifest last", async () => {
  expect(await writer().write(small, signal)).toEqual({ written: small.size, removed: 0 });
  for (const [path, { body, type }] of small) {
    expect([path, objects.get(`status/pages/${path}`)?.body.equals(body)]).toEqual([path, true]);
    expect(objects.get(`status/pages/${path}`)?.type).toBe(type);
  }
  expect(objects.get("status/pages/style.css")?.cache).toBe("public, max-age=300");
  expect(objects.get("status/pages/fr/index.html")?.cache).toBe("public, max-age=5");
  const place = (path: string): number => asked.indexOf(`PUT status/pages/${path}`);
  expect(place("fr/incidents/INC-12.html")).toBeLessThan(place("fr/index.html"));
  expect(asked.at(-1)).toBe("PUT status/pages/.interlock-statuspage.json");
});

test("only what changed is sent, by whoever leads, and what has gone is removed", async () => {
  const first = writer();
  await first.write(large, signal);
  asked = [];
  expect(await first.write(large, signal)).toEqual({ written: 0, removed: 0 });
  expect(asked).toEqual([]);
  // Another server, which leads now.
  const { written, removed } = await writer().write(small, signal);
  expect(written).toBeLessThan(small.size);
  expect(removed).toBeGreaterThan(0);
  expect([...objects.keys()].filter((key) => !key.endsWith(".json") || key.includes("/api/"))).toHaveLength(
    small.size,
  );
});

describe("trouble", () => {
  test("what is refused for a moment is sent again", async () => {
    let left = 3;
    failures = () => ((left -= 1) >= 0 ? 503 : undefined);
    expect(await writer().write(small, signal)).toEqual({ written: small.size, removed: 0 });
  });

  test("one that stays is told, without the key, and the next attempt finishes the work", async () => {
    const own = writer();
    let served = 0;
    failures = () => ((served += 1) > 10 ? 403 : undefined);
    await expect(own.write(small, signal)).rejects.toMatchObject({
      code: "bucket-not-writable",
      why: expect.not.stringContaining(secret) as unknown,
    });
    failures = undefined;
    await own.write(small, signal);
    expect([...small.keys()].every((path) => objects.has(`status/pages/${path}`))).toBe(true);
  });

  test.each([
    [{ INTERLOCK_STATUSPAGE_S3: "https://bucket" }, "s3://bucket/prefix"],
    [{ INTERLOCK_STATUSPAGE_S3: "s3://bucket" }, "AWS_ACCESS_KEY_ID"],
    [
      {
        INTERLOCK_STATUSPAGE_S3: "s3://bucket",
        AWS_ACCESS_KEY_ID: "a",
        AWS_SECRET_ACCESS_KEY: secret,
        AWS_ENDPOINT_URL: "x",
      },
      "AWS_ENDPOINT_URL",
    ],
  ])("settings that can't be understood: %j", (environment, why) => {
    expect(() => readStatuspageSettings(environment, { dataDirectory: "/nowhere" })).toThrow(
      expect.objectContaining({
        code: "statuspage-settings-not-valid",
        why: expect.stringContaining(why) as unknown,
      }) as Error,
    );
  });
});
