import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { makeTellings } from "./telling/make-tellings.ts";
import { readNotifySettings } from "./settings.ts";
import { ada } from "../incident/testing-incidents.ts";
import { importSubscribers } from "./subscription/import-subscribers.ts";
import { useNotify } from "./testing/use-notify.ts";

const testing = useNotify();

async function quiet(): Promise<void> {
  await testing.until(async () => {
    await makeTellings(testing.notify);
    const open = await testing.control.query(
      `select from interlock_control.tellings where ended_at is null
       union all select from interlock_control.deliveries where state in ('waiting', 'sending')`,
    );
    return open.length === 0;
  });
}

const hook = (path: string): string => `${testing.hooks.url}${path}`;

/** What Zulip's integration for Statuspage reads of a payload; everything it reads must be there. */
const incidentPayload = z.object({
  meta: z.object({ unsubscribe: z.url(), documentation: z.url(), generated_at: z.iso.datetime() }),
  page: z.object({
    id: z.string().min(1),
    status_indicator: z.enum(["none", "minor", "major", "critical", "maintenance"]),
    status_description: z.string().min(1),
  }),
  incident: z.object({
    id: z.string(),
    name: z.string().min(1),
    status: z.enum(["investigating", "identified", "monitoring", "resolved", "postmortem"]),
    impact: z.enum(["none", "minor", "major", "critical", "maintenance"]),
    backfilled: z.boolean(),
    impact_override: z.null(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    resolved_at: z.iso.datetime().nullable(),
    shortlink: z.url(),
    postmortem_body: z.string().nullable(),
    postmortem_published_at: z.string().nullable(),
    scheduled_for: z.string().nullable(),
    scheduled_until: z.string().nullable(),
    incident_updates: z
      .array(
        z.object({
          id: z.string(),
          incident_id: z.string(),
          body: z.string().min(1),
          status: z.string().min(1),
          created_at: z.iso.datetime(),
          updated_at: z.iso.datetime(),
          display_at: z.iso.datetime(),
        }),
      )
      .min(1),
  }),
});
const status = z.enum([
  "operational",
  "degraded_performance",
  "partial_outage",
  "major_outage",
  "under_maintenance",
]);
const componentPayload = z.object({
  meta: incidentPayload.shape.meta,
  page: incidentPayload.shape.page,
  component_update: z.object({
    id: z.string(),
    component_id: z.string(),
    component_type: z.literal("Component"),
    old_status: status,
    new_status: status,
    created_at: z.iso.datetime(),
  }),
  component: z.object({ id: z.string(), name: z.string().min(1), status, created_at: z.iso.datetime() }),
});

describe("a webhook", () => {
  test("is sent what Statuspage sends, signed with its own secret, each component once it changes", async () => {
    const { secret } = await testing.subscribe({ address: hook("/zulip"), locale: "en" });
    const incident = await testing.incident();
    testing.run();
    await testing.say(incident, "identified", "We know why.");
    await quiet();
    await testing.say(incident, "monitoring", "It comes back.");
    await quiet();
    await testing.say(incident, "resolved", "It is over.");
    await quiet();
    const bodies = testing.hooks.posts.map(({ body, headers }) => {
      new Webhook(secret ?? "").verify(body, headers as Record<string, string>);
      return JSON.parse(body) as unknown;
    });
    const incidents = bodies.flatMap((body) => incidentPayload.safeParse(body).data ?? []);
    const components = bodies.flatMap((body) => componentPayload.safeParse(body).data ?? []);
    expect(incidents.length + components.length).toBe(bodies.length);
    expect(
      incidents.map(
        ({
          incident: {
            status: of,
            incident_updates: [latest],
          },
        }) => [of, latest?.body],
      ),
    ).toEqual([
      ["identified", "We know why."],
      ["monitoring", "It comes back."],
      ["resolved", "It is over."],
    ]);
    // Public with the first update, monitoring changed nothing, over with the last.
    expect(
      components.map(({ component, component_update: { old_status: from, new_status: to } }) => [
        component.name,
        from,
        to,
      ]),
    ).toEqual([
      ["Payment API", "operational", "partial_outage"],
      ["Payment API", "partial_outage", "operational"],
    ]);
    const ids = testing.hooks.posts.map(({ headers }) => headers["webhook-id"]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("of Slack gets a text in which nothing that somebody wrote is markup", async () => {
    await testing.subscribe({ address: hook("/slack"), format: "slack", locale: "en" });
    const incident = await testing.incident("<!channel> & <https://evil.example|Payments>");
    await testing.say(incident, "identified", "<@U123> see *this*");
    testing.run();
    await quiet();
    const { text } = JSON.parse(testing.hooks.posts[0]?.body ?? "") as { text: string };
    expect(text).toContain("&lt;!channel&gt; &amp; &lt;https://evil.example¦Payments&gt;");
    expect(text).toContain("&lt;@U123&gt; see *this*");
    expect(text.match(/<[^>]*>/g)).toEqual([
      expect.stringMatching(/^<https:\/\/status\.example\.com\/en\/incidents\/INC-1\.html\|/),
      expect.stringMatching(
        /^<https:\/\/status\.example\.com\/status\/en\/unsubscribe\/[\w-]{43}\|Unsubscribe>$/,
      ),
    ]);
  });

  test("confirms by answering with the challenge and nothing else; who only echoes has to open the link", async () => {
    const add = (path: string) => testing.subscribe({ address: hook(path), confirmedBecause: undefined });
    testing.hooks.onPost = ({ path, body }) => {
      const { challenge } = JSON.parse(body) as { challenge?: string };
      if (path === "/answers") return { status: 200, body: JSON.stringify({ challenge }) };
      return path === "/echoes" ? { status: 200, body } : undefined;
    };
    const answering = await add("/answers");
    await add("/echoes");
    await add("/silent");
    testing.run();
    await quiet();
    const active = await testing.control.query<{ id: string }>(
      "select id from interlock_control.subscribers where state = 'active'",
    );
    expect(active).toEqual([{ id: answering.id }]);
    const first = testing.hooks.posts.find(({ path }) => path === "/silent");
    expect(JSON.parse(first?.body ?? "")).toMatchObject({
      type: "subscription.confirmation",
      confirm_url: expect.stringMatching(
        /^https:\/\/status\.example\.com\/status\/fr\/confirm\/[\w-]{43}$/,
      ) as string,
      secret: expect.stringMatching(/^whsec_/) as string,
    });
  });

  test("that is gone (410) is told nothing more; another failure is tried again", async () => {
    const gone = await testing.subscribe({ address: hook("/gone") });
    const down = await testing.subscribe({ address: hook("/down") });
    let isDown = true;
    testing.hooks.onPost = ({ path }) =>
      path === "/gone" ? { status: 410 } : isDown ? { status: 503 } : undefined;
    await testing.say(await testing.incident(), "identified");
    testing.run();
    await testing.until(async () =>
      (await testing.deliveries()).some(({ problem }) => problem === "http-503"),
    );
    await testing.until(async () => {
      const [row] = await testing.control.query<{ because: string }>(
        "select ended_because as because from interlock_control.subscribers where id = $1::text",
        [gone.id],
      );
      return row?.because === "gone";
    });
    isDown = false;
    await testing.control.query(
      "update interlock_control.deliveries set due_at = now() where state = 'waiting'",
    );
    await testing.until(async () =>
      (await testing.deliveries())
        .filter(({ receiver, kind }) => receiver === down.id && kind === "update")
        .every(({ state }) => state === "sent"),
    );
    const [first] = (await testing.deliveries()).filter(({ receiver }) => receiver === down.id);
    expect(first).toMatchObject({ state: "sent", attempts: 2, doubts: 0 });
  });
});

describe("where a webhook may lead", () => {
  test("a redirect is a failure and is not followed", async () => {
    await testing.subscribe({ address: hook("/redirects") });
    testing.hooks.onPost = ({ path }) =>
      path === "/redirects" ? { status: 307, headers: { location: hook("/private") } } : undefined;
    await testing.say(await testing.incident(), "identified");
    testing.run();
    await testing.until(async () => (await testing.deliveries())[0]?.problem === "http-307");
    expect(testing.hooks.posts.map(({ path }) => path)).not.toContain("/private");
  });

  test("a name is looked up at each connection, and leads to no private address whatever it said before", async () => {
    const { port } = testing.hooks;
    await testing.subscribe({ address: `http://rebinding.example:${String(port)}/first` });
    // As it is without INTERLOCK_HOOKS_TO_PRIVATE; the URL was let in before, when it was set.
    testing.notify.notify = { ...testing.notify.notify, hooks: { allowPrivate: false } };
    const answers = ["192.0.2.1", "10.0.0.1", "127.0.0.1", "::ffff:127.0.0.1", "169.254.169.254"];
    let asked = 0;
    await testing.subscribe({ address: `https://rebinding.example:${String(port)}/second` });
    testing.run({ resolve: async () => [answers[asked++ % answers.length] ?? ""] });
    await testing.say(await testing.incident(), "identified");
    await testing.until(async () =>
      (await testing.deliveries()).some(({ problem }) => problem?.startsWith("address-refused") === true),
    );
    expect(testing.hooks.posts).toEqual([]);
    const problems = (await testing.deliveries()).map(({ problem }) => problem ?? "");
    // What is not https is not even tried.
    expect(problems).toContain("nothing-to-tell");
    expect(problems.filter((problem) => problem.startsWith("address-refused"))).not.toEqual([]);
  });

  test.each([
    "http://hooks.example.com/",
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://localhost/",
    "https://metadata.localhost/",
    "https://169.254.169.254/latest",
    "https://hooks.example.com:22/",
    "https://hooks.example.com:5432/",
    "https://ada:secret@hooks.example.com/",
    "file:///etc/passwd",
    "javascript:alert(1)",
  ])("%s is not even taken", async (address) => {
    testing.notify.notify = readNotifySettings({});
    await expect(testing.subscribe({ address, channel: "webhook" })).rejects.toMatchObject({
      code: "address-not-valid",
    });
  });
});

test("a webhook that hangs among 10,000 subscribers holds up nobody", async () => {
  const others = 9_991;
  const { url } = testing.hooks;
  const csv = [
    "address,kinds",
    ...Array.from({ length: others }, (_, index) => `${url}/ok/${String(index)},incidents`),
  ].join("\n");
  await importSubscribers(testing.notify, { csv, confirmedBecause: "a test", caller: ada });
  // On a host of its own, and silent: each attempt would take its 30 seconds.
  for (let number = 0; number < 9; number += 1) {
    await testing.subscribe({ address: `${url.replace("127.0.0.1", "localhost")}/hangs/${String(number)}` });
  }
  testing.hooks.onPost = ({ path }) => (path.startsWith("/hangs") ? "silence" : undefined);
  await testing.say(await testing.incident(), "identified");
  const run = testing.run({ resolve: async () => ["127.0.0.1"], hookWithinMs: 1_500 });
  await testing.until(
    () => testing.hooks.posts.filter(({ path }) => path.startsWith("/ok/")).length >= others,
  );
  const reached = new Set(testing.hooks.posts.map(({ path }) => path));
  expect([...reached].filter((path) => path.startsWith("/ok/"))).toHaveLength(others);
  const hanging = (await testing.deliveries()).filter(({ state }) => state !== "sent");
  expect(hanging.length).toBeGreaterThan(0);
  await run.stop();
});
