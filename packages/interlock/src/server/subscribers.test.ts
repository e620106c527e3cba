import { randomBytes } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { keyBytes, makeSealer } from "../access/sealer.ts";
import { setStatusPage } from "../incident/status-page/set-status-page.ts";
import { ada } from "../incident/testing-incidents.ts";
import { readNotifySettings } from "../notify/settings.ts";
import { subscriberRoutes } from "./subscribers.ts";
import { useServer } from "./testing-server.ts";

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const sealer = makeSealer(randomBytes(keyBytes));
let settings = readNotifySettings({});
const server = useServer((testing) =>
  subscriberRoutes({
    get control() {
      return testing.control;
    },
    sealer,
    log,
    get notify() {
      return settings;
    },
  }),
);

beforeEach(async () => {
  settings = readNotifySettings({
    INTERLOCK_SMTP_URL: "smtp://127.0.0.1:9",
    INTERLOCK_MAIL_FROM: "status@example.com",
  });
  await server.control.query(
    "insert into interlock_control.environments (name, tools) values ('production', '{}')",
  );
  await setStatusPage(server, {
    change: { environment: "production", names: { en: "Status" }, url: "https://status.example.com" },
    caller: ada,
  });
});

const jean = { channel: "email", address: "jean@example.com" };
const elsewhere = { confirmedBecause: "on the old page" };

async function add(body: object, as = "admin"): Promise<{ status: number; body: Record<string, unknown> }> {
  const { status, body: answer } = await server.request("POST", "/subscribers", { as, body });
  return { status, body: answer as Record<string, unknown> };
}

describe("adding a subscriber", () => {
  test("asks whoever has the address, and tells the secret of a webhook once", async () => {
    const mail = await add(jean);
    expect(mail).toMatchObject({
      status: 201,
      body: { state: "asked", address: "j…@example.com", locale: "fr", components: [], secret: null },
    });
    const hook = await add({ channel: "webhook", address: "https://hooks.example.com/secret-path" });
    expect(hook.body).toMatchObject({ format: "statuspage", address: "hooks.example.com/…" });
    expect(hook.body["secret"]).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const { body } = await server.request("GET", "/subscribers");
    expect(JSON.stringify(body)).not.toMatch(/whsec|secret-path|jean@/);
    expect(body).toMatchObject({ counts: { asked: 2, active: 0, ended: 0 } });
  });

  test("who agreed elsewhere is told from now on, and the log says where", async () => {
    expect(await add({ ...jean, ...elsewhere })).toMatchObject({
      status: 201,
      body: { state: "active", importReason: "on the old page" },
    });
    const [entry] = await server.control.query<{ detail: object }>(
      "select detail from interlock_control.audit_log where action = 'subscriber.add'",
    );
    expect(entry?.detail).toMatchObject(elsewhere);
    expect(JSON.stringify(entry)).not.toContain("jean");
  });

  test("an address is there once, however it is written; two at once make one", async () => {
    const answers = await Promise.all(
      ["jean@example.com", "Jean@Example.com", " JEAN@EXAMPLE.COM "].map((address) =>
        add({ ...jean, ...elsewhere, address }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ code: "already-exists" });
  });

  test("one who was asked is asked again, but not without end", async () => {
    const statuses = [];
    for (let turn = 0; turn < 4; turn += 1) statuses.push((await add(jean)).status);
    expect(statuses).toEqual([201, 201, 201, 429]);
  });

  test.each([
    ["viewer", 403],
    ["responder", 403],
    ["releaser", 403],
    ["admin:eve:production", 403],
    ["nobody", 401],
  ])("as %s is refused", async (as, status) => {
    expect((await add(jean, as)).status).toBe(status);
    expect((await server.request("GET", "/subscribers", { as })).status).toBe(status);
    expect(await server.control.query("select from interlock_control.subscribers")).toEqual([]);
  });

  test.each([
    [{ ...jean, address: "nobody" }, 400, "address-not-valid"],
    [{ ...jean, components: ["nothing"] }, 400, "input-not-valid"],
    [{ ...jean, format: "slack" }, 400, "input-not-valid"],
    [{ ...jean, kinds: [] }, 400, "input-not-valid"],
    [{ channel: "webhook", address: "https://10.0.0.1/" }, 400, "address-not-valid"],
  ])("%j is refused with %i", async (body, status, code) => {
    expect(await add(body)).toMatchObject({ status, body: { code } });
  });

  test("by email needs a mail server", async () => {
    settings = readNotifySettings({});
    expect(await add(jean)).toMatchObject({ status: 422, body: { code: "mail-not-set-up" } });
  });
});

describe("removing a subscriber", () => {
  test("erases the address; of two who do it one is told that it was over", async () => {
    const { body } = await add({ ...jean, ...elsewhere });
    const path = `/subscribers/${String(body["id"])}`;
    const answers = await Promise.all([server.request("DELETE", path), server.request("DELETE", path)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const [row] = await server.control.query(
      "select sealed_contact, address_digest, shown_address from interlock_control.subscribers",
    );
    expect(row).toEqual({ sealed_contact: null, address_digest: null, shown_address: "" });
    // And may come back.
    expect((await add({ ...jean, ...elsewhere })).status).toBe(201);
  });

  test("is refused to others, and of nobody not found", async () => {
    const { body } = await add({ ...jean, ...elsewhere });
    const path = `/subscribers/${String(body["id"])}`;
    expect((await server.request("DELETE", path, { as: "releaser" })).status).toBe(403);
    expect((await server.request("DELETE", path, { as: "admin:eve:production" })).status).toBe(403);
    expect((await server.request("DELETE", "/subscribers/sub_0000000000000000")).status).toBe(404);
  });
});

async function take(
  csv: string,
  more: object = elsewhere,
  as = "admin",
): Promise<{ status: number; body: unknown }> {
  return server.request("POST", "/subscribers/import", { as, body: { csv, ...more } });
}

describe("importing subscribers", () => {
  test("takes what it can, says which lines it can't and why, and leaves who is there", async () => {
    await add({ ...jean, ...elsewhere });
    const csv =
      '\uFEFFaddress,locale,kinds\r\njean@example.com,fr,\r\n"anna@example.com",it,"incidents maintenance"\r\n\r\nnobody,fr,\r\nbob@example.com,xx,\r\nhttps://hooks.example.com/x,,\r\n';
    expect(await take(csv)).toMatchObject({
      status: 200,
      body: {
        added: 2,
        asked: 0,
        known: 1,
        refused: [
          { line: 5, why: expect.stringContaining("email address") as string },
          { line: 6, why: expect.stringContaining("locale") as string },
        ],
      },
    });
    const { body } = await server.request("GET", "/subscribers?state=active");
    expect(body).toMatchObject({
      subscribers: [
        { address: "j…@example.com" },
        { address: "a…@example.com", locale: "it", kinds: ["incidents", "maintenance"] },
        { address: "hooks.example.com/…", channel: "webhook" },
      ],
    });
    // The same file again changes nothing.
    expect(await take(csv)).toMatchObject({ body: { added: 0, known: 3 } });
    const audit = await server.control.query<{ text: string }>(
      "select l::text as text from interlock_control.audit_log l",
    );
    expect(audit.filter(({ text }) => /anna@|bob@/.test(text))).toEqual([]);
  });

  test("without a reason asks everybody", async () => {
    expect(await take("address\na@example.com\nb@example.com", {})).toMatchObject({ body: { asked: 2 } });
    const asked = await server.control.query(
      "select from interlock_control.deliveries where kind = 'confirmation'",
    );
    expect(asked).toHaveLength(2);
  });

  test.each(["name,age\nada,36", "address,colour\na@example.com,red", '"never closed', ""])(
    "%j is no file of subscribers",
    async (csv) => {
      expect((await take(csv)).status).toBe(400);
    },
  );

  test("is refused to others", async () => {
    expect((await take("address\na@example.com", {}, "releaser")).status).toBe(403);
    expect((await take("address\na@example.com", {}, "admin:eve:production")).status).toBe(403);
  });
});

test("pages through many", async () => {
  const csv = ["address", ...Array.from({ length: 7 }, (_, index) => `s${String(index)}@example.com`)].join(
    "\n",
  );
  await server.request("POST", "/subscribers/import", { body: { csv, ...elsewhere } });
  const seen: string[] = [];
  let after = "";
  for (;;) {
    const { body } = await server.request("GET", `/subscribers?limit=3${after}`);
    const { subscribers } = body as { subscribers: { id: string }[] };
    if (subscribers.length === 0) break;
    seen.push(...subscribers.map(({ id }) => id));
    after = `&after=${seen.at(-1) ?? ""}`;
  }
  expect(new Set(seen).size).toBe(7);
});
