import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkSchema, type Check } from "../../api/probes.ts";
import { useControl } from "../../control/testing-control.ts";
import { lookupElsewhere } from "./refuse-link-local.ts";
import { runCheck } from "./run-check.ts";
import type { CheckResult } from "./outcome.ts";

const database = useControl();
const secret = "sk_live_planted-secret";
let server: Server;
let answer: (request: IncomingMessage & { text: string }, response: ServerResponse) => void;
let base: string;

beforeEach(async () => {
  server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (part: string) => (text += part));
    request.on("end", () => answer(Object.assign(request, { text }), response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function run(check: object, { timeoutMs = 30_000 } = {}): Promise<CheckResult> {
  return runCheck(checkSchema.parse(check), {
    secrets: { KEY: secret },
    timeoutMs,
    connection: async () => database.shadow.connection("postgres"),
    signal: new AbortController().signal,
  });
}

function says(status: number, body: unknown, headers: Record<string, string> = {}): void {
  answer = (_, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
}

function http(more: object = {}): object {
  return { kind: "http", url: `${base}/health`, ...more };
}

describe("an HTTP check", () => {
  test("holds status, headers, texts and JSON values against what is expected", async () => {
    says(200, { state: "up", queue: 3, id: null }, { "x-version": "2.2.0" });
    const good = {
      json: [{ at: "/state", equals: "up" }, { at: "/queue" }],
      headers: { "x-version": "2.2" },
    };
    expect(await run(http({ expect: { ...good, contains: ["up"], excludes: ["down"] } }))).toMatchObject({
      outcome: "ok",
      error: null,
    });
    for (const [expected, kind] of [
      [{ status: [204] }, "status"],
      [{ headers: { "x-version": "3" } }, "header"],
      [{ headers: { missing: "3" } }, "header"],
      [{ contains: ["no"] }, "body"],
      [{ excludes: ["up"] }, "body"],
      [{ json: [{ at: "/state", equals: "down" }] }, "json"],
      [{ json: [{ at: "/id" }] }, "json"],
      [{ json: [{ at: "/queue", oneOf: [1, 2] }] }, "json"],
    ] as const) {
      expect(await run(http({ expect: expected }))).toMatchObject({ outcome: "failed", errorKind: kind });
    }
    says(200, "<html>");
    expect(await run(http({ expect: { json: [{ at: "/a" }] } }))).toMatchObject({ errorKind: "json" });
  });

  test("does not follow redirects: they are answers", async () => {
    says(302, "", { location: "http://127.0.0.1:1/elsewhere" });
    expect(await run(http())).toMatchObject({ errorKind: "status" });
    expect(await run(http({ expect: { status: [302], headers: { location: "elsewhere" } } }))).toMatchObject({
      outcome: "ok",
    });
  });

  test("quotes what the service says is wrong, and never a secret, however it is echoed", async () => {
    answer = ({ headers, url }, response) => {
      response.writeHead(500);
      response.end(
        `column "amount" does not exist; ${String(headers.authorization)} ${String(url)} ${Buffer.from(secret).toString("base64")}`,
      );
    };
    const url = `${base}/health?key={{secret.KEY}}&other=planted-query`;
    const { error, errorKind } = await run(
      http({ url, headers: { authorization: "Bearer {{secret.KEY}}", cookie: "planted-cookie" } }),
    );
    expect(errorKind).toBe("status");
    expect(error).toContain('column "amount" does not exist');
    expect(error).not.toMatch(/planted|c2tfbGl2ZV9wbGFudGVk/);
  });

  test("ends in its time, also where an answer never ends", async () => {
    answer = () => undefined;
    expect(await run(http(), { timeoutMs: 60 })).toMatchObject({ outcome: "failed", errorKind: "timeout" });
    answer = (_, response) => {
      response.writeHead(200);
      response.write("a");
    };
    expect(await run(http(), { timeoutMs: 60 })).toMatchObject({ outcome: "failed", errorKind: "timeout" });
  });

  test("says what kept it from an answer", async () => {
    expect(await run(http({ url: "http://127.0.0.1:1/" }))).toMatchObject({ errorKind: "refused" });
    expect(await run(http({ url: "http://nowhere.invalid/" }))).toMatchObject({ errorKind: "name" });
    expect(await run(http({ url: `${base.replace("http", "https")}/` }))).toMatchObject({
      outcome: "failed",
    });
    expect(await run(http({ url: `${base}/{{secret.OTHER}}` }))).toMatchObject({ errorKind: "definition" });
  });

  test("asks no link-local address, where clouds hand out credentials", async () => {
    for (const host of ["169.254.169.254", "[fe80::1]", "[::ffff:169.254.169.254]", "0xA9FEA9FE"]) {
      expect(await run(http({ url: `http://${host}/latest` }))).toMatchObject({ errorKind: "definition" });
    }
    expect(await run({ kind: "tcp", host: "169.254.169.254", port: 80 })).toMatchObject({
      errorKind: "definition",
    });
    const addresses = await new Promise((resolve) => {
      lookupElsewhere("localhost", { all: true }, (error, found) => resolve(error ?? found));
    });
    expect(addresses).toEqual(
      expect.arrayContaining([expect.objectContaining({ family: expect.any(Number) as number })]),
    );
  });

  test("reads no more of a body than it needs to judge it", async () => {
    answer = (_, response) => {
      response.writeHead(200);
      const more = (): void => {
        while (response.writable && response.write("x".repeat(65_536)));
        response.once("drain", more);
      };
      more();
    };
    expect(await run(http())).toMatchObject({ outcome: "ok" });
  });
});

const steps = (): object => ({
  kind: "steps",
  steps: [
    {
      name: "create",
      method: "POST",
      url: `${base}/payments`,
      headers: { authorization: "Bearer {{secret.KEY}}" },
      json: { amount: 1_500, reference: "{{uuid}}" },
      expect: { status: [201] },
      save: { id: { json: "/id" }, page: { json: "/url" } },
    },
    {
      name: "pay",
      method: "POST",
      url: "{{saved.page}}",
      form: { card: "4242 & more" },
      save: { sent: { after: "value='", before: "'" } },
    },
    {
      name: "read it until it is paid",
      url: `${base}/payments/{{saved.id}}`,
      expect: { json: [{ at: "/is_paid", equals: true }] },
      until: { everyMs: 50, forMs: 20_000 },
    },
  ],
});

describe("a business check", () => {
  let seen: { url: string; text: string; authorization: string | undefined }[];
  const shop = (page: () => string) => {
    seen = [];
    answer = ({ url = "", text, headers }, response) => {
      seen.push({ url, text, authorization: headers.authorization });
      if (url === "/payments") {
        response.writeHead(201);
        return response.end(JSON.stringify({ id: "pay/1", url: page() }));
      }
      response.writeHead(200);
      if (url.startsWith("/page")) return response.end("<input value='a&amp;b'>");
      return response.end(JSON.stringify({ is_paid: seen.length > 4 }));
    };
  };

  test("creates a payment, pays it, and reads it until it is paid", async () => {
    shop(() => `${base}/page/1`);
    expect(await run(steps())).toMatchObject({ outcome: "ok", error: null });
    expect(seen[0]?.authorization).toBe(`Bearer ${secret}`);
    expect(JSON.parse(seen[0]?.text ?? "")).toMatchObject({
      amount: 1_500,
      reference: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
    });
    expect(seen[1]?.text).toBe("card=4242+%26+more");
    expect(seen[1]?.authorization).toBeUndefined();
    expect(seen.slice(2).map(({ url }) => url)).toEqual(Array(3).fill("/payments/pay%2F1"));
  });

  test("goes only where it says it goes, whatever an answer says", async () => {
    for (const page of ["http://169.254.169.254/latest", "file:///etc/passwd", "nonsense"]) {
      shop(() => page);
      expect(await run(steps())).toMatchObject({
        errorKind: "definition",
        error: expect.stringMatching(/step 2 “pay”/) as unknown,
      });
    }
  });

  test("names the step that fails", async () => {
    answer = ({ url }, response) => {
      response.writeHead(url === "/payments" ? 500 : 200);
      response.end('{"error":"column \\"amount\\" does not exist"}');
    };
    expect(await run(steps())).toMatchObject({
      error: expect.stringMatching(/^step 1 “create”: status 500 .*amount/) as unknown,
    });
    answer = () => undefined;
    expect(await run(steps(), { timeoutMs: 60 })).toMatchObject({
      errorKind: "timeout",
      error: expect.stringMatching(/step 1/) as unknown,
    });
  });
});

describe("a TCP check", () => {
  test("connects, or says why not", async () => {
    says(200, "");
    const { port } = server.address() as AddressInfo;
    const tcp = { kind: "tcp", host: "127.0.0.1" };
    expect(await run({ ...tcp, port })).toMatchObject({ outcome: "ok" });
    expect(await run({ ...tcp, port: 1 })).toMatchObject({ errorKind: "refused" });
    expect(await run({ ...tcp, port, tls: true })).toMatchObject({ outcome: "failed" });
  });
});

function reading(more: object): Check {
  return checkSchema.parse({ kind: "postgres", database: "main", ...more });
}

describe("a PostgreSQL check", () => {
  test("reads, and only reads", async () => {
    expect(await run(reading({}))).toMatchObject({ outcome: "ok" });
    expect(await run(reading({ query: "select 41 + 1", equals: "42" }))).toMatchObject({ outcome: "ok" });
    expect(await run(reading({ query: "select 41", equals: "42" }))).toMatchObject({ errorKind: "value" });
    expect(await run(reading({ query: "create table made ()" }))).toMatchObject({
      errorKind: "sql",
      error: expect.stringMatching(/25006/) as unknown,
    });
    expect(await run(reading({ query: "select 1; drop table a" }))).toMatchObject({
      errorKind: "sql",
      error: expect.stringMatching(/42601/) as unknown,
    });
    expect(await run(reading({ query: "select amount from payments" }))).toMatchObject({
      error: expect.stringMatching(/42P01/) as unknown,
    });
    expect(await run(reading({ query: "select pg_sleep(60)" }), { timeoutMs: 200 })).toMatchObject({
      outcome: "failed",
    });
  });

  test("keeps the password of its URL to itself", async () => {
    const url = "postgres://ada:planted-password@127.0.0.1:1/none";
    const result = await run({ kind: "postgres", url });
    expect(result).toMatchObject({ outcome: "failed", errorKind: "refused" });
    expect(JSON.stringify(result)).not.toContain("planted");
  });
});
