import type { FastifyInstance } from "fastify";
import { beforeEach, describe, expect, test } from "vitest";
import { useNotify } from "../notify/testing/use-notify.ts";
import { buildApp } from "./build-app.ts";
import { subscriptionPages } from "./subscription-pages.ts";

const testing = useNotify();
let app: FastifyInstance;
beforeEach(async () => {
  app = await buildApp({
    routes: [],
    authenticate: async () => {
      throw new Error("nobody is asked who they are");
    },
    plugins: [subscriptionPages({ ...testing.notify, publication: { model: undefined } })],
  });
  return () => app.close();
});

interface Answer {
  status: number;
  body: string;
  headers: Record<string, unknown>;
}

async function post(path: string, fields: [string, string][] = [], headers: object = {}): Promise<Answer> {
  const {
    statusCode,
    body,
    headers: answered,
  } = await app.inject({
    method: "POST",
    url: path,
    headers: { "content-type": "application/x-www-form-urlencoded", host: "status.example.com", ...headers },
    payload: new URLSearchParams(fields).toString(),
  });
  return { status: statusCode, body, headers: answered };
}

async function get(path: string): Promise<Answer> {
  const { statusCode, body, headers } = await app.inject({ method: "GET", url: path });
  return { status: statusCode, body, headers };
}

async function states(): Promise<string[]> {
  const rows = await testing.control.query<{ state: string }>(
    "select state from interlock_control.subscribers order by number",
  );
  return rows.map(({ state }) => state);
}

/** The path of the link in the last letter. */
async function linkIn(count: number, what: "confirm" | "unsubscribe"): Promise<string> {
  await testing.mailbox.until(count);
  const raw = (testing.mailbox.letters.at(-1)?.raw ?? "").replaceAll("=\r\n", "");
  return new RegExp(`/status/../${what}/[\\w-]{43}`).exec(raw)?.[0] ?? "";
}

const jean: [string, string][] = [
  ["channel", "email"],
  ["address", "jean@example.com"],
  ["locale", "fr"],
];

describe("the subscribe form", () => {
  test("asks whoever has the address; only the button of the page behind the link subscribes", async () => {
    testing.run();
    const answer = await post("/status/fr/subscribe", [...jean, ["component", "payment-api"]]);
    expect(answer.status).toBe(200);
    expect(answer.body).toContain("Encore une étape");
    expect(answer.headers["content-security-policy"]).toContain("default-src 'none'");
    const link = await linkIn(1, "confirm");
    // Whatever a mail program fetches beforehand, however often.
    for (let look = 0; look < 3; look += 1) {
      const page = await get(link);
      expect(page.status).toBe(200);
      expect(page.body).toMatch(/<form method="post" action="[\w-]{43}">\s*<button>Confirmer/);
    }
    await app.inject({ method: "HEAD", url: link });
    expect(await states()).toEqual(["asked"]);
    expect((await post(link)).body).toContain("Abonnement confirmé");
    expect((await post(link)).status).toBe(200);
    const [row] = await testing.control.query<{ components: string[]; confirmed: Date }>(
      "select components, confirmed_at as confirmed from interlock_control.subscribers",
    );
    expect(row).toEqual({ components: [expect.stringMatching(/^cmp_/)], confirmed: expect.any(Date) });
    expect(await states()).toEqual(["active"]);
  });

  test("never tells whether an address is subscribed, and changes nothing of one that is until it is confirmed", async () => {
    await testing.subscribe({ address: "Jean@example.com", locale: "it" });
    const known = await post("/status/subscribe", jean);
    const unknown = await post(
      "/status/subscribe",
      jean.map(([name, value]) => [name, value.replace("jean", "anna")]),
    );
    expect(known).toMatchObject({ status: unknown.status, body: unknown.body });
    const rows = await testing.control.query<{ state: string; locale: string }>(
      "select state, locale from interlock_control.subscribers order by number",
    );
    expect(rows).toEqual([
      { state: "active", locale: "it" },
      { state: "asked", locale: "fr" },
    ]);
    testing.run();
    await testing.mailbox.until(2);
    // Each has a connection of its own: either may be first.
    expect(testing.mailbox.letters.map(({ to }) => to).toSorted()).toEqual([
      "Jean@example.com",
      "anna@example.com",
    ]);
  });

  test("fills nobody's mailbox: three messages in an hour to one address, ten forms in ten minutes from one client", async () => {
    const statuses: number[] = [];
    for (let turn = 0; turn < 12; turn += 1) statuses.push((await post("/status/fr/subscribe", jean)).status);
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 200), 429, 429]);
    expect((await post("/status/fr/subscribe", jean)).body).toContain("Trop de demandes");
    expect(await testing.deliveries()).toHaveLength(3);
  });

  test.each([
    ["another site's page", { "sec-fetch-site": "cross-site", origin: "https://evil.example" }, 403],
    ["an old browser on another site's page", { origin: "https://evil.example" }, 403],
    ["a page that hides where it is", { origin: "null" }, 403],
    ["this page", { "sec-fetch-site": "same-origin", origin: "null" }, 200],
    [
      "the status page where it stands",
      { "sec-fetch-site": "cross-site", origin: "https://status.example.com" },
      200,
    ],
    ["no browser", {}, 200],
  ])("sent by %s", async (_who, headers, status) => {
    expect((await post("/status/fr/subscribe", jean, headers)).status).toBe(status);
    expect(await states()).toHaveLength(status === 200 ? 1 : 0);
  });

  test.each([
    ["no address", [["channel", "email"]]],
    ["no email address", [["email", "jean"]]],
    ["a line break", [["email", "jean@example.com\r\nBcc: eve@example.com"]]],
    ["two addresses", [["email", "jean@example.com,eve@example.com"]]],
    ["no URL", [["webhook", "hooks.example.com"]]],
    ["a URL with a password", [["webhook", "https://ada:secret@hooks.example.com/"]]],
    ["an unknown component", [...jean, ["component", "nothing"]]],
    ["markup", [["email", "<script>@example.com"]]],
  ] as [string, [string, string][]][])("with %s is refused in words", async (_what, fields) => {
    const answer = await post("/status/en/subscribe", fields);
    expect(answer.status).toBe(400);
    expect(answer.body).toContain("The subscription was not taken");
    expect(answer.body).not.toContain("script>");
    expect(await states()).toEqual([]);
  });
});

describe("a link", () => {
  test("to confirm ends after two days, and is worth nothing when it is made up", async () => {
    await post("/status/fr/subscribe", jean);
    testing.run();
    const link = await linkIn(1, "confirm");
    await testing.control.query(
      "update interlock_control.subscription_asks set expires_at = now() - interval '1 second'",
    );
    expect((await post(link)).status).toBe(410);
    expect((await post(`/status/fr/confirm/${"x".repeat(43)}`)).status).toBe(410);
    expect(await states()).toEqual(["asked"]);
  });

  test("to unsubscribe: opening it does nothing, one POST does, as a mail program sends it, and again", async () => {
    await testing.subscribe({ address: "jean@example.com" });
    await testing.say(await testing.incident(), "identified");
    testing.run();
    const link = await linkIn(1, "unsubscribe");
    const page = await get(link);
    expect(page.body).toContain("<button>Se désabonner");
    expect(await states()).toEqual(["active"]);
    const oneClick = await app.inject({
      method: "POST",
      url: link,
      headers: { "content-type": "multipart/form-data; boundary=x" },
      payload: '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
    });
    expect(oneClick.statusCode).toBe(200);
    expect(await states()).toEqual(["ended"]);
    const again = await post(link, [["List-Unsubscribe", "One-Click"]]);
    expect(again).toMatchObject({ status: 200, body: oneClick.body });
    // Nor does one that belongs to nobody say so.
    const madeUp = await post(`/status/fr/unsubscribe/${"x".repeat(43)}`);
    expect(madeUp.status).toBe(200);
  });

  test("two who press at once both have what they want, and it happens once", async () => {
    await post("/status/fr/subscribe", jean);
    testing.run();
    const link = await linkIn(1, "confirm");
    const answers = await Promise.all([post(link), post(link), post(link)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const confirmed = await testing.control.query(
      "select from interlock_control.audit_log where action = 'subscriber.confirm'",
    );
    expect(confirmed).toHaveLength(1);
  });
});
