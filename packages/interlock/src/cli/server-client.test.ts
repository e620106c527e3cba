import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import { openServerClient } from "./server-client.ts";

const token = "planted-token";
let server: Server | undefined;

afterEach(async () => {
  vi.unstubAllEnvs();
  if (server === undefined) return;
  server.closeAllConnections();
  server.close();
  await once(server, "close");
  server = undefined;
});

async function answering(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

async function failureOf(work: () => Promise<unknown>): Promise<Error & { code: string; why?: string }> {
  vi.stubEnv("INTERLOCK_TOKEN", token);
  const failure: unknown = await work().catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Error);
  expect(JSON.stringify(failure)).not.toContain(token);
  return failure as Error & { code: string; why?: string };
}

describe("a command that asks a server", () => {
  test("sends the token and the body, and gives back the answer", async () => {
    vi.stubEnv("INTERLOCK_TOKEN", token);
    const seen: string[] = [];
    const url = await answering((request, reply) => {
      seen.push(`${request.method ?? ""} ${request.url ?? ""} ${request.headers.authorization ?? ""}`);
      reply.setHeader("content-type", "application/json").end('{"ok":true}');
    });
    const client = await openServerClient({ server: `${url}/behind/` });
    expect(await client.request("POST", "/tokens", { a: 1 })).toEqual({ ok: true });
    expect(seen).toEqual([`POST /behind/api/v1/tokens Bearer ${token}`]);
  });

  test("is told what the server says, fields and all", async () => {
    const url = await answering((_request, reply) => {
      reply.statusCode = 400;
      reply.end(
        JSON.stringify({
          code: "input-not-valid",
          message: "No.",
          why: "Because.",
          next: "Look.",
          fields: { name: "too long" },
        }),
      );
    });
    const failure = await failureOf(async () =>
      (await openServerClient({ server: url })).request("GET", "/x"),
    );
    expect(failure).toMatchObject({
      code: "input-not-valid",
      message: "No.",
      why: "Because.\nname: too long",
      next: "Look.",
    });
  });

  test.each([
    ["text", 200, "hello"],
    ["a page of a proxy", 502, "<html>Bad gateway</html>"],
    ["JSON that is no problem", 500, '{"error": "x"}'],
  ])("is told when %s answers", async (_, status, body) => {
    const url = await answering((_request, reply) => {
      reply.statusCode = status;
      reply.end(body);
    });
    const failure = await failureOf(async () =>
      (await openServerClient({ server: url })).request("GET", "/x"),
    );
    expect(failure.code).toBe("answer-not-understood");
  });

  test("follows no redirect with the token", async () => {
    const url = await answering((_request, reply) => {
      reply.writeHead(302, { location: "https://example.com/" }).end();
    });
    const failure = await failureOf(async () =>
      (await openServerClient({ server: url })).request("GET", "/x"),
    );
    expect(failure.code).toBe("server-not-reachable");
  });

  test("is told when nobody listens", async () => {
    const url = await answering((_request, reply) => reply.end());
    server?.close();
    const failure = await failureOf(async () =>
      (await openServerClient({ server: url })).request("POST", "/x"),
    );
    expect(failure).toMatchObject({
      code: "server-not-reachable",
      state: "Whether it took the request is not known.",
    });
    server = undefined;
  });

  test.each([
    ["http://interlock.example.com", "server-not-secure"],
    ["http://10.0.0.1:7432", "server-not-secure"],
    ["http://127.0.0.1.example.com", "server-not-secure"],
    ["http://localhost.example.com", "server-not-secure"],
    ["ftp://localhost", "server-url-not-valid"],
    ["nonsense", "server-url-not-valid"],
    ["https://user:planted@localhost", "server-url-not-valid"],
  ])("does not send the token to %s", async (address, code) => {
    const failure = await failureOf(async () => openServerClient({ server: address }));
    expect(failure.code).toBe(code);
    expect(JSON.stringify({ ...failure, message: failure.message })).not.toContain("planted");
  });

  test.each([
    "http://127.0.0.1:1",
    "http://localhost:1",
    "http://[::1]:1",
    "http://127.5.5.5",
    "https://interlock.example.com",
  ])("may send it to %s", async (address) => {
    vi.stubEnv("INTERLOCK_TOKEN", token);
    expect((await openServerClient({ server: address })).server).toBe(address);
  });

  test("needs a token", async () => {
    vi.stubEnv("INTERLOCK_TOKEN", "");
    await expect(openServerClient({})).rejects.toMatchObject({ code: "token-missing" });
    vi.stubEnv("INTERLOCK_TOKEN", "two words");
    await expect(openServerClient({})).rejects.toMatchObject({ code: "token-missing" });
    await expect(openServerClient({ tokenFile: "/nowhere/token" })).rejects.toMatchObject({
      code: "token-not-readable",
    });
  });
});
