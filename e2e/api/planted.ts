import { createHash, randomBytes } from "node:crypto";
import { Client } from "pg";
import { roles, type Role } from "../../packages/interlock/src/api/access.ts";
import { openShadow, type Shadow } from "../../packages/interlock/src/shadow/open-shadow.ts";
import { serve, type Served } from "../serve.ts";
import type { OpenApi } from "./document.ts";

/** A server with tokens of every kind and with secrets in it that must never come out. */
export interface Planted {
  server: Served;
  document: OpenApi;
  /** Sessions on its control database and on the target, for looking at what was left there. */
  control: Client;
  /** By role; `narrow` is an admin's that may only read, `elsewhere` one for the environment staging alone. */
  tokens: Record<Role | "narrow" | "elsewhere", string>;
  /** Tokens that don't work: by what is wrong with them. */
  wrongTokens: Record<string, string>;
  /** Whose ids nobody may revoke while the run needs them. */
  tokenIds: Set<string>;
  secrets: string[];
  /** A connection URL of a real target, with a planted password. */
  targetUrl: string;
  stop(): Promise<void>;
}

const password = `planted-password-${randomBytes(6).toString("hex")}`;

export async function plant({ flags = [] }: { flags?: readonly string[] } = {}): Promise<Planted> {
  const ending: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ending.splice(0).toReversed()) await end();
  };
  try {
    const shadow = await openShadow();
    ending.push(() => shadow.close());
    const [controlUrl, targetUrl] = [await urlOfNew(shadow, ending), await urlOfNew(shadow, ending)];
    const key = randomBytes(32).toString("hex");
    const webhookSecret = `planted-webhook-${randomBytes(6).toString("hex")}`;
    const server = await serve({
      flags: ["--database", controlUrl, ...flags],
      variables: { INTERLOCK_KEY: key, INTERLOCK_PLANTED_URL: targetUrl },
    });
    ending.push(() => server.stop());
    const control = new Client({ connectionString: controlUrl });
    await control.connect();
    ending.push(() => control.end());
    const made = await makeTokens(server);
    const wrongTokens = await makeWrongTokens(control, made);
    const document = (await (await fetch(`${server.address}/api/v1/openapi.json`)).json()) as OpenApi;
    const { tokens } = made;
    return {
      server,
      document,
      control,
      tokens,
      wrongTokens,
      tokenIds: made.ids,
      secrets: [
        password,
        key,
        webhookSecret,
        server.token,
        ...Object.values(tokens),
        ...Object.values(wrongTokens),
      ],
      targetUrl,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function urlOfNew(shadow: Shadow, ending: (() => Promise<void>)[]): Promise<string> {
  const database = await shadow.createDatabase();
  ending.push(() => shadow.dropDatabase(database));
  const { user = "", host = "", port = 0 } = shadow.connection(database);
  // Sessions on the socket need no password, so one can be planted.
  const url = new URL(`postgres://localhost/${database}`);
  url.username = user;
  url.password = password;
  url.searchParams.set("host", host);
  url.searchParams.set("port", String(port));
  return url.href;
}

async function makeTokens(
  server: Served,
): Promise<{ tokens: Planted["tokens"]; ids: Set<string>; revoked: string }> {
  const ids = new Set<string>();
  const make = async (body: object): Promise<{ id: string; secret: string }> => {
    const answer = await fetch(`${server.address}/api/v1/tokens`, {
      method: "POST",
      headers: { authorization: `Bearer ${server.token}`, "content-type": "application/json" },
      body: JSON.stringify({ days: 1, ...body }),
    });
    const made = (await answer.json()) as { id: string; secret: string };
    if (answer.status !== 201) throw new Error(JSON.stringify(made));
    ids.add(made.id);
    return made;
  };
  const byRole = new Map<Role, string>();
  for (const role of roles) byRole.set(role, (await make({ name: role, owner: role, role })).secret);
  const narrow = await make({ name: "narrow", owner: "narrow", role: "admin", scopes: ["read"] });
  const elsewhere = await make({
    name: "elsewhere",
    owner: "elsewhere",
    role: "admin",
    environments: ["staging"],
  });
  const revoked = await make({ name: "revoked", owner: "revoked", role: "admin" });
  const gone = await fetch(`${server.address}/api/v1/tokens/${revoked.id}`, {
    method: "DELETE",
    headers: { authorization: `Bearer ${server.token}` },
  });
  if (!gone.ok) throw new Error(await gone.text());
  const whoami = await fetch(`${server.address}/api/v1/whoami`, {
    headers: { authorization: `Bearer ${server.token}` },
  });
  ids.add(((await whoami.json()) as { token: string }).token);
  const tokens = {
    ...(Object.fromEntries(byRole) as Record<Role, string>),
    narrow: narrow.secret,
    elsewhere: elsewhere.secret,
  };
  return { tokens, ids, revoked: revoked.secret };
}

async function makeWrongTokens(
  control: Client,
  { tokens, revoked }: { tokens: Planted["tokens"]; revoked: string },
): Promise<Record<string, string>> {
  // Expired yesterday: no way through the API leads there, so it is put there.
  const expired = tokens.admin.replace(/.$/, (last) => (last === "x" ? "y" : "x"));
  await control.query(
    `insert into interlock_control.tokens (id, name, owner, sha256, role, created_at, created_by, expires_at)
     values ('tok_0000000000expird', 'expired', 'expired', $1::bytea, 'admin', now() - interval '2 days', 'x', now() - interval '1 day')`,
    [createHash("sha256").update(expired).digest()],
  );
  return {
    revoked,
    expired,
    changed: tokens.viewer.replace(/.$/, (last) => (last === "x" ? "y" : "x")),
    short: tokens.admin.slice(0, -1),
  };
}
