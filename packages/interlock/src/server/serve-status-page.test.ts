import { brotliDecompressSync, gunzipSync } from "node:zlib";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Failure } from "../std/failure.ts";
import { renderSite } from "../statuspage/render-site.ts";
import { serveSite, type ServedSite } from "../statuspage/serve/served-site.ts";
import { cet, hostileModel, openModel, resolvedModel } from "../statuspage/testing-models.ts";
import { buildApp } from "./build-app.ts";
import { statusPage } from "./serve-status-page.ts";

const site = renderSite(openModel(), cet("15:45"));
let served: ServedSite = serveSite(site);
let app: FastifyInstance;
beforeAll(async () => {
  app = await buildApp({
    routes: [],
    plugins: [
      statusPage({
        get served() {
          return served;
        },
      }),
    ],
    authenticate: async () => {
      throw new Failure({ code: "unauthenticated", message: "No token." });
    },
  });
});
afterAll(async () => {
  await app.close();
});

async function ask(
  path: string,
  headers: Record<string, string> = {},
  method: "GET" | "HEAD" | "POST" = "GET",
) {
  const answer = await app.inject({ method, url: path, headers });
  return { status: answer.statusCode, headers: answer.headers, body: answer.rawPayload };
}

test("every file, without a token, the same bytes as were rendered", async () => {
  for (const [path, { body, type }] of site) {
    const answer = await ask(`/status/${path}`);
    expect([path, answer.status, answer.headers["content-type"]]).toEqual([path, 200, type]);
    expect(answer.body.equals(body)).toBe(true);
  }
});

describe("how it is sent", () => {
  test("compressed as the client takes it, each with a strong validator of its own", async () => {
    const plain = await ask("/status/fr/index.html");
    const brotli = await ask("/status/fr/index.html", { "accept-encoding": "gzip, deflate, br, zstd" });
    const gzip = await ask("/status/fr/index.html", { "accept-encoding": "gzip" });
    const none = await ask("/status/fr/index.html", { "accept-encoding": "br;q=0, gzip;q=0" });
    expect([plain, brotli, gzip, none].map(({ headers }) => headers["content-encoding"])).toEqual([
      undefined,
      "br",
      "gzip",
      undefined,
    ]);
    expect(brotliDecompressSync(brotli.body).equals(plain.body)).toBe(true);
    expect(gunzipSync(gzip.body).equals(plain.body)).toBe(true);
    const etags = [plain, brotli, gzip].map(({ headers }) => headers["etag"]);
    expect(new Set(etags).size).toBe(3);
    for (const etag of etags) expect(etag).toMatch(/^"[^"]+"$/);
    expect(brotli.headers["vary"]).toBe("accept-encoding");
  });

  test("304 where nothing changed, and anew where it did", async () => {
    const first = await ask("/status/fr/index.html");
    const etag = String(first.headers["etag"]);
    for (const known of [etag, `"other", ${etag}`, `W/${etag}`, "*"]) {
      const again = await ask("/status/fr/index.html", { "if-none-match": known });
      expect([again.status, again.body.length, again.headers["etag"]]).toEqual([304, 0, etag]);
    }
    served = serveSite(renderSite(resolvedModel(), cet("15:45")), served);
    const after = await ask("/status/fr/index.html", { "if-none-match": etag });
    expect(after.status).toBe(200);
    expect(after.headers["etag"]).not.toBe(etag);
    served = serveSite(site);
  });

  test("HEAD says what GET would, without a body; anything else is refused", async () => {
    const got = await ask("/status/fr/index.html");
    const head = await ask("/status/fr/index.html", {}, "HEAD");
    expect(head.body).toHaveLength(0);
    expect(head.headers["content-length"]).toBe(got.headers["content-length"]);
    expect((await ask("/status/fr/index.html", {}, "POST")).status).toBe(404);
  });

  test("no script may run, nothing may frame it, and data is for everybody", async () => {
    const page = await ask("/status/fr/index.html");
    const policy = String(page.headers["content-security-policy"]);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("script-src");
    expect(page.headers["x-content-type-options"]).toBe("nosniff");
    expect(page.headers["cache-control"]).toBe("public, max-age=5, stale-if-error=86400");
    expect(page.headers["access-control-allow-origin"]).toBeUndefined();
    const data = await ask("/status/api/v2/summary.json");
    expect(data.headers["access-control-allow-origin"]).toBe("*");
    expect(data.headers["cross-origin-resource-policy"]).toBe("cross-origin");
  });
});

describe("where somebody is led", () => {
  test.each([
    ["it;q=0.8, en;q=0.9", "en"],
    ["de-DE, it-IT;q=0.7", "it"],
    ["de, *", "fr"],
    ["en;q=0, it;q=x", "fr"],
    ["", "fr"],
  ])("who accepts %j reads %s", async (accepted, locale) => {
    for (const path of ["/status", "/status/", "/status?x=1"]) {
      const answer = await ask(path, accepted === "" ? {} : { "accept-language": accepted });
      expect([answer.status, answer.headers["location"]]).toEqual([302, `/status/${locale}/`]);
      expect(answer.headers["vary"]).toBe("accept-language");
    }
  });

  test("a language by its folder", async () => {
    expect((await ask("/status/it")).headers["location"]).toBe("/status/it/");
    expect((await ask("/status/it/")).body.equals(site.get("it/index.html")?.body ?? Buffer.alloc(0))).toBe(
      true,
    );
  });

  test.each([
    "/status/nothing",
    "/status/fr/incidents/INC-99.html",
    "/status/..%2f..%2fetc/passwd",
    "/status/%E0%A4",
    "/status/__proto__",
  ])("nowhere: %s", async (path) => {
    const answer = await ask(path);
    expect([400, 404]).toContain(answer.status);
    expect(answer.headers["cache-control"]).toBe("no-store");
  });

  test("before there is any page it says so", async () => {
    const before = served;
    served = new Map();
    expect((await ask("/status")).status).toBe(503);
    expect((await ask("/status/fr/index.html")).status).toBe(404);
    served = before;
  });
});

test("hostile text changes nothing in how pages are sent", async () => {
  served = serveSite(renderSite(hostileModel(), cet("15:45")));
  expect((await ask("/status/fr/incidents/INC-13.html")).status).toBe(200);
  served = serveSite(site);
});
