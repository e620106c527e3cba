import { simpleParser } from "mailparser";
import { describe, expect, test } from "vitest";
import { newResponderSchema, type NewResponder } from "../../api/unit.ts";
import { openIncident } from "../../incident/open-incident.ts";
import { ada } from "../../incident/testing-incidents.ts";
import { addResponder } from "../../incident/unit/add-responder.ts";
import { answerByToken } from "../../incident/unit/answer-by-token.ts";
import { escalateCalls } from "../../incident/unit/escalate-calls.ts";
import { readNotifySettings } from "../settings.ts";
import { useNotify } from "../testing/use-notify.ts";

const testing = useNotify();

async function respond(
  responder: Partial<NewResponder> & { person: string; address: string },
): Promise<void> {
  await addResponder(testing.services, {
    environment: "production",
    responder: newResponderSchema.parse({ role: "lead", channel: "email", ...responder }),
    caller: ada,
  });
}

async function p1(): Promise<string> {
  const { id } = await openIncident(testing.services, {
    environment: "production",
    priority: "P1",
    titles: { fr: "Les paiements échouent", en: "Payments fail <b>now</b>" },
    components: [{ component: "payment-api", status: "major_outage" }],
    hold: false,
    caller: ada,
  });
  return id;
}

async function timeline(): Promise<string[]> {
  const rows = await testing.control.query<{ kind: string; person: string | null }>(
    "select kind, detail ->> 'person' as person from interlock_control.timeline where kind like 'call%' order by number",
  );
  return rows.map(({ kind, person }) => `${kind} ${person ?? ""}`);
}

describe("a P1", () => {
  test("calls its unit at once, by every channel, before everything else, and the timeline says who was reached", async () => {
    await respond({ person: "jean", address: "jean@example.com", locale: "fr" });
    await respond({
      person: "anna",
      role: "technical-lead",
      channel: "slack",
      address: `${testing.hooks.url}/slack`,
    });
    await respond({
      person: "bot",
      role: "scribe",
      channel: "webhook",
      address: `${testing.hooks.url}/json`,
    });
    // Mail for subscribers waits for a server that takes none of it.
    testing.mailbox.onRecipient = (address) => (address.startsWith("jean") ? undefined : 451);
    for (let number = 0; number < 20; number += 1) {
      await testing.subscribe({ address: `s${String(number)}@example.com` });
    }
    await testing.say(await testing.incident(), "identified");
    testing.run();
    await p1();
    await testing.mailbox.until(1);
    await testing.hooks.until(2);
    await testing.until(
      async () => (await timeline()).filter((line) => line.startsWith("call-sent")).length === 3,
    );
    const [letter] = testing.mailbox.letters;
    const mail = await simpleParser(letter?.raw ?? "");
    expect(mail.subject).toBe("P1 INC-2: Les paiements échouent");
    expect(letter?.raw).toMatch(/^Importance: high\r?$/m);
    expect(mail.text).toContain("API de Paiement");
    const [, token = ""] =
      /https:\/\/status\.example\.com\/answer\/([\w-]{32})\?lang=fr/.exec(mail.text ?? "") ?? [];
    await answerByToken(testing.services, token);
    const posts = new Map(testing.hooks.posts.map(({ path, body }) => [path, JSON.parse(body) as object]));
    expect(posts.get("/slack")).toMatchObject({
      text: expect.stringContaining("*P1 INC-2: Payments fail &lt;b&gt;now&lt;/b&gt;*") as string,
    });
    expect(posts.get("/json")).toMatchObject({
      type: "unit.called",
      call: {
        person: "bot",
        role: "scribe",
        level: 1,
        answer_url: expect.stringMatching(/^https:\/\/status\.example\.com\/answer\//) as string,
      },
      incident: {
        reference: "INC-2",
        priority: "P1",
        components: [{ key: "payment-api", status: "major_outage" }],
      },
    });
  });

  test("calls the next level at once when a hook is gone, and goes on trying one that only fails", async () => {
    await respond({ person: "jean", channel: "webhook", address: `${testing.hooks.url}/gone` });
    await respond({ person: "anna", level: 2, address: "anna@example.com" });
    testing.hooks.onPost = () => ({ status: 410 });
    testing.run();
    await p1();
    await testing.until(async () => (await timeline()).includes("call-not-sent jean"));
    await testing.until(async () => (await escalateCalls(testing.services, new Date())) > 0);
    await testing.mailbox.until(1);
    expect(testing.mailbox.letters[0]?.to).toBe("anna@example.com");
  });

  test("has failed to call by email where there is no mail server, and says so", async () => {
    await respond({ person: "jean", address: "jean@example.com" });
    testing.notify.notify = readNotifySettings({});
    testing.run();
    await p1();
    await testing.until(async () => (await timeline()).includes("call-not-sent jean"));
    const [row] = await testing.deliveries();
    expect(row).toMatchObject({ kind: "call", state: "failed", problem: "mail-not-set-up" });
  });
});

test("a call that is answered before it goes out goes nowhere, and no secret of it is anywhere but sealed", async () => {
  await respond({ person: "jean", channel: "slack", address: `${testing.hooks.url}/secret-path` });
  testing.hooks.onPost = () => ({ status: 503 });
  const run = testing.run();
  await p1();
  await testing.hooks.until(1);
  await testing.until(async () => (await testing.deliveries())[0]?.problem === "http-503");
  await run.stop();
  const { text } = JSON.parse(testing.hooks.posts[0]?.body ?? "") as { text: string };
  const [, token = ""] = /\/answer\/([\w-]{32})/.exec(text) ?? [];
  for (const table of ["deliveries", "audit_log", "events", "timeline", "calls", "responders"]) {
    const rows = await testing.control.query<{ text: string }>(
      `select t::text as text from interlock_control.${table} t`,
    );
    for (const { text: row } of rows) expect(row).not.toMatch(new RegExp(`secret-path|${token}`));
  }
  expect(testing.logged.join("\n")).not.toContain("secret-path");
  await answerByToken(testing.services, token);
  await testing.control.query(
    "update interlock_control.deliveries set due_at = now() where state = 'waiting'",
  );
  const before = testing.hooks.posts.length;
  testing.run();
  await testing.until(async () => (await testing.deliveries()).every(({ state }) => state === "dropped"));
  expect(testing.hooks.posts).toHaveLength(before);
});
