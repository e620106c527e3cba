import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { scopesOfRole, type Role, type Scope } from "../api/access.ts";
import { sleep } from "../std/sleep.ts";
import { useControl } from "../control/testing-control.ts";
import { makeAuthenticate } from "./authenticate.ts";
import type { Caller } from "./caller.ts";
import { makeFirstToken } from "./first-token.ts";
import { listTokens } from "./list-tokens.ts";
import { makeToken } from "./make-token.ts";
import { revokeToken } from "./revoke-token.ts";
import { looksLikeToken, newTokenText } from "./token-text.ts";

const database = useControl();

function caller(
  role: Role = "admin",
  {
    owner = "ada",
    scopes,
    environments = null,
  }: { owner?: string; scopes?: Scope[]; environments?: string[] | null } = {},
): Caller {
  return { owner, token: "tok_test", role, scopes: new Set(scopes ?? scopesOfRole[role]), environments };
}

async function make(changes: object = {}, by = caller()) {
  return makeToken(database.control, { wanted: { name: "test", role: "releaser", ...changes }, caller: by });
}

async function bearer(secret: string): Promise<Caller> {
  return makeAuthenticate(database.control)(`Bearer ${secret}`);
}

describe("a token", () => {
  test("says who asks and what they may do; only its hash is kept", async () => {
    const { secret, ...token } = await make({
      owner: "ci",
      environments: ["staging"],
      scopes: ["read", "gate"],
    });
    expect(looksLikeToken(secret)).toBe(true);
    expect(secret).toContain(token.id.slice(4));
    expect(await bearer(secret)).toEqual({
      owner: "ci",
      token: token.id,
      role: "releaser",
      scopes: new Set(["read", "gate"]),
      environments: ["staging"],
    });
    const [kept] = await database.control.query<{ all: string }>(
      "select string_agg(t::text, ' ') || (select string_agg(a::text, ' ') from interlock_control.audit_log a) || (select string_agg(e::text, ' ') from interlock_control.events e) as all from interlock_control.tokens t",
    );
    expect(kept?.all).toContain(token.id);
    expect(kept?.all).not.toContain(secret.slice(-43));
    expect(JSON.stringify(await listTokens(database.control))).not.toContain(secret.slice(-43));
  });

  test("expires: after 90 days by default, never later than in 366", async () => {
    const { secret, id, expiresAt, createdAt } = await make();
    const days = (Date.parse(expiresAt) - Date.parse(createdAt)) / 86_400_000;
    expect(Math.round(days)).toBe(90);
    await expect(make({ days: 367 })).rejects.toThrow("366");
    await database.control.query(
      "update interlock_control.tokens set expires_at = clock_timestamp() where id = $1::text",
      [id],
    );
    await expect(bearer(secret)).rejects.toMatchObject({ code: "unauthenticated" });
  });

  test("that is remembered still ends with its expiry", async () => {
    const { secret, id } = await make();
    await database.control.query(
      "update interlock_control.tokens set expires_at = clock_timestamp() + interval '200 ms' where id = $1::text",
      [id],
    );
    const authenticate = makeAuthenticate(database.control);
    await authenticate(`Bearer ${secret}`);
    await sleep(250);
    await expect(authenticate(`Bearer ${secret}`)).rejects.toMatchObject({ code: "unauthenticated" });
  });

  test("that is revoked stops on a server that remembers it", async () => {
    await make({ role: "admin" });
    const { secret, id } = await make();
    const authenticate = makeAuthenticate(database.control);
    await authenticate(`Bearer ${secret}`);
    await revokeToken(database.control, { token: id, caller: caller() });
    // A server that never saw it asks the database; one that remembers it does, a second after it last did.
    await expect(bearer(secret)).rejects.toMatchObject({ code: "unauthenticated" });
    const now = performance.now();
    const clock = vi.spyOn(performance, "now").mockReturnValue(now + 1_001);
    try {
      await expect(authenticate(`Bearer ${secret}`)).rejects.toMatchObject({ code: "unauthenticated" });
    } finally {
      clock.mockRestore();
    }
  });

  test("notes its use at most once a minute, and costs no query while it is remembered", async () => {
    const { secret, id } = await make();
    let queries = 0;
    const authenticate = makeAuthenticate({
      ...database.control,
      query: (sql, values) => {
        queries += 1;
        return database.control.query(sql, values);
      },
    });
    for (let index = 0; index < 50; index += 1) await authenticate(`Bearer ${secret}`);
    expect(queries).toBeLessThan(10);
    const [first] = (await listTokens(database.control)).filter((token) => token.id === id);
    expect(first?.lastUsedAt).not.toBeNull();
    await bearer(secret);
    const [second] = (await listTokens(database.control)).filter((token) => token.id === id);
    expect(second?.lastUsedAt).toBe(first?.lastUsedAt);
  });

  test.each([
    undefined,
    "",
    "Bearer",
    "Bearer ",
    "Basic YWRhOmFkYQ==",
    "Bearer ilk_",
    "Bearer ilk_0123456789abcdef_short",
    `Bearer ${newTokenText("tok_0123456789abcdef")}`,
    `Bearer ${newTokenText("tok_0123456789abcdef")} `,
    `Bearer ' or true --`,
    `ilk_${"0".repeat(16)}_${"0".repeat(43)}`,
  ])("is not %j", async (header) => {
    await make();
    await expect(makeAuthenticate(database.control)(header)).rejects.toMatchObject({
      code: "unauthenticated",
    });
  });
});

describe("nobody makes a token with more than they have", () => {
  const refused: [string, object, Caller][] = [
    ["a wider role", { role: "admin" }, caller("admin", { scopes: ["token:write", "read"] })],
    [
      "a scope more",
      { role: "viewer", scopes: ["gate"] },
      caller("admin", { scopes: ["token:write", "read"] }),
    ],
    ["every environment", { role: "viewer" }, caller("admin", { environments: ["staging"] })],
    [
      "another environment",
      { role: "viewer", environments: ["production"] },
      caller("admin", { environments: ["staging"] }),
    ],
    [
      "another name",
      { role: "viewer", owner: "bob", scopes: ["read"] },
      caller("admin", { scopes: ["token:write", "read"] }),
    ],
    [
      "another name where only some environments are theirs",
      { role: "viewer", owner: "bob", environments: ["staging"] },
      caller("admin", { environments: ["staging"] }),
    ],
  ];
  test.each(refused)("%s", async (_, wanted, by) => {
    await expect(make(wanted, by)).rejects.toMatchObject({ code: "forbidden" });
    expect(await listTokens(database.control)).toEqual([]);
  });

  test("scopes that the role does not have are refused", async () => {
    await expect(make({ role: "viewer", scopes: ["override"] })).rejects.toMatchObject({
      code: "input-not-valid",
    });
  });

  test("as much as they have is theirs to give", async () => {
    const by = caller("admin", { scopes: ["token:write", "read"], environments: ["staging"] });
    expect(await make({ role: "viewer", scopes: ["read"], environments: ["staging"] }, by)).toMatchObject({
      owner: "ada",
      scopes: ["read"],
    });
  });
});

describe("revoking", () => {
  test("of one token by two at once: one does it, the other is told who did", async () => {
    await make({ role: "admin" });
    const { id } = await make();
    const results = await Promise.allSettled(
      ["ada", "bob"].map((owner) =>
        revokeToken(database.control, { token: id, caller: caller("admin", { owner }) }),
      ),
    );
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const [lost] = results.flatMap((result) =>
      result.status === "rejected" ? [result.reason as unknown] : [],
    );
    expect(lost).toMatchObject({ code: "already-revoked" });
    const entries = await database.control.query(
      "select from interlock_control.audit_log where action = 'token.revoke'",
    );
    expect(entries).toHaveLength(1);
  });

  test("two admins' tokens at once by each other leaves one", async () => {
    const tokens = [await make({ role: "admin" }), await make({ role: "admin" })];
    const results = await Promise.allSettled(
      tokens.map(({ id }) => revokeToken(database.control, { token: id, caller: caller() })),
    );
    expect(results.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    const [lost] = results.flatMap((result) =>
      result.status === "rejected" ? [result.reason as unknown] : [],
    );
    expect(lost).toMatchObject({ code: "last-admin", state: "The token still works." });
  });

  test("what is not there, or reaches further than one's own, is refused", async () => {
    await expect(
      revokeToken(database.control, { token: "tok_0000000000000000", caller: caller() }),
    ).rejects.toMatchObject({ code: "not-found" });
    const { id } = await make();
    await expect(
      revokeToken(database.control, { token: id, caller: caller("admin", { environments: ["staging"] }) }),
    ).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("the first admin's token", () => {
  test("is made once, by one of the servers that start at once, and again when none works any more", async () => {
    const directory = await mkdtemp(join(tmpdir(), "interlock-first-"));
    try {
      const made = await Promise.all(
        [1, 2, 3].map(() => makeFirstToken(database.control, { directory, owner: "root" })),
      );
      const [path, ...more] = made.filter((each) => each !== undefined);
      if (path === undefined) throw new Error("one was made");
      expect(more).toEqual([]);
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      const secret = (await readFile(path, "utf8")).trim();
      expect(await bearer(secret)).toMatchObject({ owner: "root", role: "admin", environments: null });
      await database.control.query("update interlock_control.tokens set expires_at = clock_timestamp()");
      expect(await makeFirstToken(database.control, { directory, owner: "root" })).toBe(path);
      expect((await readFile(path, "utf8")).trim()).not.toBe(secret);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  test("is not made where it can't be written down", async () => {
    await expect(
      makeFirstToken(database.control, { directory: "/nowhere/at/all", owner: "root" }),
    ).rejects.toMatchObject({ code: "token-not-written" });
    expect(await listTokens(database.control)).toEqual([]);
  });
});
