import { describe, expect, test } from "vitest";
import { madeTokenSchema, tokensSchema } from "../api/tokens.ts";
import { makeAuthenticate } from "../access/authenticate.ts";
import { auditRoutes } from "./audit.ts";
import { useServer } from "./testing-server.ts";
import { tokenRoutes } from "./tokens.ts";
import { whoamiRoutes } from "./whoami.ts";

const server = useServer(({ control }) => [
  ...tokenRoutes({ control }),
  ...auditRoutes({ control }),
  ...whoamiRoutes(),
]);

const wanted = { name: "deploys", role: "releaser", environments: ["staging"], days: 7 };

describe("tokens", () => {
  test("are made, listed and revoked, and the audit log says by whom", async () => {
    const answer = await server.request("POST", "/tokens", { body: { ...wanted, owner: "ci" } });
    expect(answer.status).toBe(201);
    const { secret, ...token } = madeTokenSchema.parse(answer.body);
    const authenticate = makeAuthenticate(server.control);
    expect(await authenticate(`Bearer ${secret}`)).toMatchObject({ owner: "ci", token: token.id });
    const list = await server.request("GET", "/tokens");
    expect(tokensSchema.parse(list.body).tokens).toMatchObject([{ id: token.id, createdBy: "ada" }]);
    expect(JSON.stringify(list.body)).not.toContain(secret.slice(-43));
    expect(await server.request("DELETE", `/tokens/${token.id}`)).toMatchObject({
      status: 200,
      body: { revokedBy: "ada" },
    });
    expect(await server.request("DELETE", `/tokens/${token.id}`)).toMatchObject({
      status: 409,
      body: { code: "already-revoked" },
    });
    const audit = await server.request("GET", "/audit");
    expect(audit.body).toMatchObject({
      entries: [
        { number: "1", actor: "ada", action: "token.make", subject: token.id, detail: { owner: "ci" } },
        { number: "2", actor: "ada", action: "token.revoke", subject: token.id },
      ],
      next: null,
    });
    expect(JSON.stringify(audit.body)).not.toContain(secret.slice(-43));
  });

  const refused: ["GET" | "POST" | "DELETE", string, object | undefined][] = [
    ["POST", "/tokens", wanted],
    ["GET", "/tokens", undefined],
    ["DELETE", "/tokens/tok_0000000000000000", undefined],
    ["GET", "/audit", undefined],
    ["GET", "/audit/verification", undefined],
  ];
  test.each(refused)("%s %s is for admins", async (method, path, body) => {
    const options = body === undefined ? {} : { body };
    for (const as of ["viewer", "responder", "releaser"]) {
      expect(await server.request(method, path, { ...options, as })).toMatchObject({
        status: 403,
        body: { code: "forbidden" },
      });
    }
    expect(await server.request(method, path, { ...options, as: "nobody" })).toMatchObject({ status: 401 });
    expect(await server.control.query("select from interlock_control.tokens")).toEqual([]);
  });

  test.each([
    { ...wanted, days: 0 },
    { ...wanted, days: 367 },
    { ...wanted, role: "root" },
    { ...wanted, scopes: [] },
    { ...wanted, scopes: ["everything"] },
    { ...wanted, environments: ["Not A Name"] },
    { ...wanted, owner: "two words" },
    { ...wanted, name: " " },
    { ...wanted, expiresAt: "2099-01-01T00:00:00Z" },
  ])("are not made of %j", async (body) => {
    expect(await server.request("POST", "/tokens", { body })).toMatchObject({
      status: 400,
      body: { code: "input-not-valid" },
    });
  });
});

describe("the audit log", () => {
  test("comes in pages, and verifies", async () => {
    await server.control.transact(async ({ audit }) => {
      for (const subject of ["a", "b", "c"]) audit({ actor: "ada", action: "test", subject, detail: {} });
    });
    expect(await server.request("GET", "/audit?limit=2")).toMatchObject({
      body: { entries: [{ subject: "a" }, { subject: "b" }], next: "2" },
    });
    expect(await server.request("GET", "/audit?after=2&limit=2")).toMatchObject({
      body: { entries: [{ subject: "c" }], next: null },
    });
    const { body } = await server.request("GET", "/audit/verification");
    expect(body).toMatchObject({ intact: true, entries: 3 });
    const { head } = body as { head: string };
    expect(await server.request("GET", `/audit/verification?expect=${head}`)).toMatchObject({
      body: { intact: true },
    });
    expect(await server.request("GET", `/audit/verification?expect=${"1".repeat(64)}`)).toMatchObject({
      body: { intact: false, fault: "cut-off" },
    });
  });

  test.each(["after=-1", "after=x", "after=99999999999999999999", "limit=0", "limit=1001", "limit=1e1000"])(
    "refuses ?%s",
    async (query) => {
      expect(await server.request("GET", `/audit?${query}`)).toMatchObject({ status: 400 });
    },
  );
});

test("whoami says what the token may do", async () => {
  expect(await server.request("GET", "/whoami", { as: "viewer:bob:staging" })).toMatchObject({
    status: 200,
    body: { owner: "bob", role: "viewer", scopes: ["gate", "read"], environments: ["staging"] },
  });
});
