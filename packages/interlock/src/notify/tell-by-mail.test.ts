import { simpleParser } from "mailparser";
import { describe, expect, test } from "vitest";
import { mergeIncident } from "../incident/merge-incident.ts";
import { ada } from "../incident/testing-incidents.ts";
import { editUpdate } from "../incident/updates/edit-update.ts";
import { withdrawUpdate } from "../incident/updates/withdraw-update.ts";
import { fanOut } from "./telling/fan-out.ts";
import { makeTellings } from "./telling/make-tellings.ts";
import { unsubscribe } from "./subscription/unsubscribe.ts";
import { useNotify } from "./testing/use-notify.ts";

const testing = useNotify();

/** Makes every delivery that there is to make, without sending any. */
async function spread(): Promise<void> {
  await makeTellings(testing.notify);
  while (await fanOut(testing.notify));
}

/** Returns when nothing waits and nothing is on its way. */
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

function hookUrl(): string {
  return `${testing.hooks.url}/hook`;
}

async function told(): Promise<string[]> {
  return Promise.all(
    testing.mailbox.letters.map(async ({ to, raw }) => {
      const { subject = "" } = await simpleParser(raw);
      return `${to.split("@")[0] ?? ""}: ${subject}`;
    }),
  );
}

describe("an update", () => {
  test("reaches who subscribed in their language, with the header block, and the others below", async () => {
    const { id } = await testing.subscribe({ address: "jean@example.com", locale: "fr" });
    const incident = await testing.incident();
    const first = await testing.say(incident, "identified", "We know why.");
    await testing.say(incident, "monitoring", "It comes back.");
    testing.run();
    await testing.mailbox.until(2);
    const [before, letter] = testing.mailbox.letters;
    expect(before?.messageId).toBe(`<${first}.r1.${id}@status.example.com>`);
    const mail = await simpleParser(letter?.raw ?? "");
    expect(letter?.to).toBe("jean@example.com");
    expect(mail.subject).toBe("[État des services] Sous surveillance – Payments fail (fr)");
    expect(mail.from?.text).toBe('"Example status" <status@example.com>');
    expect([mail.references, mail.inReplyTo]).toEqual(
      Array.from({ length: 2 }, () => `<${incident}@status.example.com>`),
    );
    expect(mail.headers.get("auto-submitted")).toBe("auto-generated");
    for (const part of [mail.text, mail.html === false ? "" : mail.html]) {
      const words = (part ?? "").replaceAll(/<[^>]*>|\s+/g, " ");
      const order = [
        "It comes back. (fr)",
        "Services concernés",
        "API de Paiement",
        "Messages précédents",
        "We know why. (fr)",
        "It comes back.",
        "Affected services",
        "Payment API",
        "It comes back. (it)",
        "API di Pagamento",
      ];
      let at = 0;
      for (const expected of order) {
        const found = words.indexOf(expected, at);
        expect(found, `${expected} after ${String(at)}`).toBeGreaterThanOrEqual(at);
        at = found;
      }
    }
    expect(mail.html).not.toMatch(/<img|<script|<link|https?:\/\/(?!status\.example\.com)/);
  });

  test("says how to unsubscribe with one click, by a token that is one's own", async () => {
    await testing.subscribe({ address: "jean@example.com" });
    await testing.subscribe({ address: "anna@example.com" });
    await testing.say(await testing.incident(), "identified");
    testing.run();
    await testing.mailbox.until(2);
    const tokens = new Set<string>();
    for (const { raw } of testing.mailbox.letters) {
      expect(raw).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r?$/m);
      const [, url = ""] = /^List-Unsubscribe: <(.*)>\r?$/m.exec(raw) ?? [];
      expect(url).toMatch(/^https:\/\/status\.example\.com\/status\/fr\/unsubscribe\/[\w-]{43}$/);
      const mail = await simpleParser(raw);
      expect(mail.text).toContain(url);
      expect(mail.html).toContain(`href="${url}"`);
      tokens.add(url);
      await unsubscribe(testing.notify, { token: url.slice(-43) });
    }
    expect(tokens.size).toBe(2);
    const left = await testing.control.query<{
      state: string;
      sealed: unknown;
      digest: unknown;
      shown: string;
    }>(
      "select state, sealed_contact as sealed, address_digest as digest, shown_address as shown from interlock_control.subscribers",
    );
    expect(left).toEqual(
      Array.from({ length: 2 }, () => ({ state: "ended", sealed: null, digest: null, shown: "" })),
    );
  });

  test("goes to those who chose its components or its kind, and who confirmed before it", async () => {
    await testing.subscribe({ address: "all@example.com" });
    await testing.subscribe({ address: "payments@example.com", components: ["payment-api"] });
    await testing.subscribe({ address: "terminals@example.com", components: ["terminals"] });
    await testing.subscribe({ address: "maintenance@example.com", kinds: ["maintenance"] });
    await testing.say(await testing.incident(), "identified");
    await testing.subscribe({ address: "late@example.com" });
    await spread();
    testing.run();
    await quiet();
    expect(testing.mailbox.letters.map(({ to }) => to).toSorted()).toEqual([
      "all@example.com",
      "payments@example.com",
    ]);
  });

  test("with a slip of the pen mended tells nobody, with another meaning everybody once more", async () => {
    await testing.subscribe({ address: "jean@example.com", locale: "en" });
    const incident = await testing.incident();
    const update = await testing.say(incident, "identified", "We no why.");
    testing.run();
    await quiet();
    const texts = { fr: "Nous savons.", en: "We know why.", it: "Lo sappiamo." };
    const edit = { texts, revisions: { fr: 1, en: 1, it: 1 } };
    await editUpdate(testing.services, { update, edit: { ...edit, isCorrection: true }, caller: ada });
    await quiet();
    expect(testing.mailbox.letters).toHaveLength(1);
    await editUpdate(testing.services, {
      update,
      edit: {
        texts: { ...texts, en: "It was us." },
        revisions: { fr: 2, en: 2, it: 2 },
        isCorrection: false,
      },
      caller: ada,
    });
    await quiet();
    expect(testing.mailbox.letters.map(({ messageId }) => messageId)).toEqual([
      expect.stringContaining(`${update}.r1.`),
      expect.stringContaining(`${update}.r2.`),
    ]);
    expect(testing.mailbox.letters[1]?.raw).toContain("It was us.");
  });

  test("that is withdrawn, replaced or of a merged incident before it went out is told nobody", async () => {
    await testing.subscribe({ address: "jean@example.com", locale: "en" });
    const withdrawn = await testing.say(await testing.incident("One"), "identified");
    const merged = await testing.incident("Two");
    await testing.say(merged, "identified");
    const into = await testing.incident("Three");
    const replaced = await testing.say(into, "identified", "Something.");
    await spread();
    await withdrawUpdate(testing.services, { update: withdrawn, reason: "wrong", caller: ada });
    await mergeIncident(testing.services, { incident: merged, into, caller: ada });
    const texts = { fr: "Autre chose.", en: "Something else.", it: "Altro." };
    const edit = { texts, revisions: { fr: 1, en: 1, it: 1 }, isCorrection: false };
    await editUpdate(testing.services, { update: replaced, edit, caller: ada });
    testing.run();
    await quiet();
    expect(await told()).toEqual(["jean: [Service status] Identified – Three"]);
    expect(testing.mailbox.letters[0]?.raw).toContain("Something else.");
    const dropped = (await testing.deliveries()).filter(({ state }) => state === "dropped");
    expect(dropped.map(({ problem }) => problem).toSorted()).toEqual(["merged", "replaced", "withdrawn"]);
  });
});

test("a post-mortem is told once to those who want to hear of them", async () => {
  await testing.subscribe({ address: "jean@example.com", locale: "fr" });
  await testing.subscribe({ address: "anna@example.com", kinds: ["incidents"] });
  await testing.subscribe({ address: hookUrl(), kinds: ["postmortems"] });
  const incident = await testing.incident();
  await testing.say(incident, "resolved");
  testing.run();
  await quiet();
  await testing.control.query(
    `insert into interlock_control.postmortems (id, incident, stage, edition, author, published_at)
     values ('pm_1', $1::text, 'published', 1, 'ada', clock_timestamp())`,
    [incident],
  );
  await quiet();
  await testing.control.query(
    "update interlock_control.postmortems set edition = 2, edited_at = clock_timestamp(), revision = 2",
  );
  await quiet();
  expect((await told()).filter((line) => line.includes("ost-mortem"))).toEqual([
    "jean: [État des services] Post-mortem : Payments fail (fr)",
  ]);
  expect(testing.hooks.posts.map(({ body }) => JSON.parse(body) as object)).toEqual([
    expect.objectContaining({ incident: expect.objectContaining({ status: "postmortem" }) as object }),
  ]);
});

test("a maintenance is told to those who want to hear of it, with what is planned", async () => {
  await testing.subscribe({ address: "jean@example.com", locale: "en" });
  await testing.subscribe({ address: "anna@example.com", kinds: ["incidents", "postmortems"] });
  await testing.control.query(
    `insert into interlock_control.maintenances
       (id, number, environment, titles, status, scheduled_for, scheduled_until, created_by)
     values ('mnt_1', 77, 'production', '{"en": "New release", "fr": "Nouvelle version"}', 'scheduled',
             '2030-03-31T00:30:00Z', '2030-03-31T02:30:00Z', 'ada')`,
  );
  await testing.control.query(
    `insert into interlock_control.updates (id, maintenance, status, state, occurred_at, published_at, created_by)
     values ('upd_1', 'mnt_1', 'scheduled', 'published', now(), clock_timestamp(), 'ada')`,
  );
  await testing.control.query(
    `insert into interlock_control.update_texts (update, locale, revision, round, body, written_by)
     values ('upd_1', 'en', 1, 1, 'We release at night.', 'ada')`,
  );
  testing.run();
  await testing.mailbox.until(1);
  await quiet();
  expect(await told()).toEqual(["jean: [Service status] Scheduled – New release"]);
  const mail = await simpleParser(testing.mailbox.letters[0]?.raw ?? "");
  // The night in which the clock goes forward in Paris.
  expect(mail.text).toMatch(
    /Start: 31 March 2030 at 01:30 CET\nEnd: 31 March 2030 at 04:30 CEST\nDuration: 2 hours/,
  );
  expect(mail.text).toContain("https://status.example.com/en/maintenance/MNT-77.html");
});

test("text that somebody wrote is text: no header, no markup, no other receiver", async () => {
  await testing.subscribe({ address: "jean@example.com", locale: "en" });
  const title = 'Broken\r\nBcc: eve@example.com\r\n\r\n<script>alert("x")</script>';
  const incident = await testing.incident("Payments fail");
  await testing.control.query(
    "update interlock_control.incidents set titles = $1::jsonb where id = $2::text",
    [JSON.stringify({ en: title }), incident],
  );
  const body = '</p><img src=x onerror=alert(1)> & "quotes"\r\n.\r\nMAIL FROM:<eve@example.com>\r\nHELO.';
  await testing.say(incident, "identified", body);
  testing.run();
  await testing.mailbox.until(1);
  await quiet();
  expect(testing.mailbox.letters).toHaveLength(1);
  const [letter] = testing.mailbox.letters;
  expect(letter?.to).toBe("jean@example.com");
  const mail = await simpleParser(letter?.raw ?? "");
  expect(mail.bcc).toBeUndefined();
  expect(mail.subject).toContain('Broken Bcc: eve@example.com <script>alert("x")</script>');
  expect(mail.html).not.toMatch(/<script|<img/);
  expect(mail.html).toContain("&lt;img src=x onerror=alert(1)&gt; &amp; &quot;quotes&quot;");
  expect(mail.text?.replaceAll("\r\n", "\n")).toContain(body.replaceAll("\r\n", "\n"));
});

describe("a mail server", () => {
  test("that dies half-way loses nothing, and what it had not taken goes out once", async () => {
    for (let number = 0; number < 30; number += 1) {
      await testing.subscribe({ address: `s${String(number)}@example.com` });
    }
    let taken = 0;
    testing.mailbox.onMessage = () => {
      taken += 1;
      // In the middle of the tenth message every connection breaks, and nobody listens for a while.
      if (taken !== 10) return undefined;
      void testing.mailbox.stop();
      return "drop";
    };
    await testing.say(await testing.incident(), "identified");
    const run = testing.run();
    await testing.until(() => taken >= 10);
    await testing.until(async () =>
      (await testing.deliveries()).some(({ problem }) => problem === "ECONNREFUSED" || problem === "ESOCKET"),
    );
    await testing.mailbox.start();
    await testing.control.query(
      "update interlock_control.deliveries set due_at = now() where state = 'waiting'",
    );
    await testing.until(async () => {
      await testing.control.query(
        "update interlock_control.deliveries set due_at = now() where state = 'waiting' and due_at > now() + interval '1 second'",
      );
      return (await testing.deliveries()).every(({ state }) => state === "sent");
    });
    await run.stop();
    const receivers = testing.mailbox.letters.map(({ to }) => to);
    expect(new Set(receivers).size).toBe(30);
    const doubts = (await testing.deliveries()).reduce((sum, { doubts: own }) => sum + own, 0);
    expect(receivers.length - 30).toBeLessThanOrEqual(doubts);
    // At most the messages that were on their way, one for each session.
    expect(doubts).toBeLessThanOrEqual(4);
  });

  test("that takes a message and dies before it says so is sent the same message once more, in doubt", async () => {
    await testing.subscribe({ address: "jean@example.com" });
    let taken = 0;
    testing.mailbox.onMessage = () => (++taken === 1 ? "keep and drop" : undefined);
    await testing.say(await testing.incident(), "identified");
    testing.run();
    await testing.mailbox.until(1);
    await testing.until(async () => (await testing.deliveries())[0]?.state === "waiting");
    expect(await testing.deliveries()).toMatchObject([{ attempts: 1, doubts: 1 }]);
    await testing.control.query("update interlock_control.deliveries set due_at = now()");
    await testing.mailbox.until(2);
    const [first, second] = testing.mailbox.letters;
    expect(second?.messageId).toBe(first?.messageId);
  });

  test("that refuses an address for ever is believed; after three messages the address is erased", async () => {
    const { id } = await testing.subscribe({ address: "gone@example.com" });
    await testing.subscribe({ address: "jean@example.com" });
    testing.mailbox.onRecipient = (address) => (address.startsWith("gone") ? 550 : undefined);
    testing.run();
    for (const title of ["One", "Two", "Three"]) {
      await testing.say(await testing.incident(title), "identified");
      await quiet();
    }
    expect(testing.mailbox.letters.map(({ to }) => to)).toEqual(
      Array.from({ length: 3 }, () => "jean@example.com"),
    );
    const read = async (): Promise<unknown> =>
      (
        await testing.control.query(
          "select state, ended_because as because, sealed_contact as sealed from interlock_control.subscribers where id = $1::text",
          [id],
        )
      )[0];
    await testing.until(async () => ((await read()) as { state: string }).state === "ended");
    expect(await read()).toEqual({ state: "ended", because: "refused", sealed: null });
    expect((await testing.deliveries()).filter(({ receiver }) => receiver === id)).toEqual(
      Array.from({ length: 3 }, () =>
        expect.objectContaining({ state: "failed", problem: "smtp-550", attempts: 1 }),
      ),
    );
  });

  test("that is busy is asked again, and a later message of the incident holds the earlier text", async () => {
    await testing.subscribe({ address: "jean@example.com", locale: "en" });
    testing.mailbox.onRecipient = () => 451;
    const incident = await testing.incident();
    await testing.say(incident, "identified", "The first.");
    testing.run();
    await testing.until(async () => (await testing.deliveries())[0]?.problem === "smtp-451");
    testing.mailbox.onRecipient = () => undefined;
    await testing.say(incident, "monitoring", "The second.");
    await testing.mailbox.until(1);
    await quiet();
    expect(await told()).toEqual(["jean: [Service status] Monitoring – Payments fail"]);
    const mail = await simpleParser(testing.mailbox.letters[0]?.raw ?? "");
    expect(mail.text?.indexOf("The second.")).toBeLessThan(mail.text?.indexOf("The first.") ?? 0);
    expect((await testing.deliveries()).map(({ state, problem }) => [state, problem])).toEqual([
      ["dropped", "contained-in-a-later-one"],
      ["sent", null],
    ]);
  });
});

test("several servers share the work: everybody is told once, and each incident in its order", async () => {
  for (let number = 0; number < 40; number += 1) {
    await testing.subscribe({ address: `s${String(number)}@example.com`, locale: "en" });
  }
  const incident = await testing.incident();
  for (const status of ["identified", "monitoring", "resolved"] as const) await testing.say(incident, status);
  for (let server = 0; server < 3; server += 1) testing.run();
  await quiet();
  const byReceiver = Map.groupBy(await told(), (line) => line.split(":")[0]);
  expect(byReceiver.size).toBe(40);
  for (const lines of byReceiver.values()) {
    expect(lines.map((line) => /\] (\w+)/.exec(line)?.[1])).toEqual(["Identified", "Monitoring", "Resolved"]);
  }
});

test("an address that can't be opened holds up nobody and uses up no attempt", async () => {
  const { id } = await testing.subscribe({ address: "jean@example.com" });
  await testing.subscribe({ address: "anna@example.com" });
  await testing.control.query(
    "update interlock_control.subscribers set sealed_contact = '\\x01' where id = $1::text",
    [id],
  );
  await testing.say(await testing.incident(), "identified");
  testing.run();
  await testing.mailbox.until(1);
  await testing.until(async () => (await testing.deliveries()).some(({ problem }) => problem !== null));
  expect((await testing.deliveries()).find(({ receiver }) => receiver === id)).toMatchObject({
    state: "waiting",
    attempts: 0,
    problem: "not-written: seal-not-opened",
  });
  expect(testing.mailbox.letters.map(({ to }) => to)).toEqual(["anna@example.com"]);
});

test("addresses are nowhere but sealed", async () => {
  const { id } = await testing.subscribe({ address: "jean.secret@example.com" });
  await testing.say(await testing.incident(), "identified");
  testing.mailbox.onRecipient = () => 451;
  testing.run();
  await testing.until(async () => (await testing.deliveries())[0]?.problem === "smtp-451");
  const tables = ["subscribers", "deliveries", "tellings", "audit_log", "events", "timeline"];
  for (const table of tables) {
    const rows = await testing.control.query<{ text: string }>(
      `select t::text as text from interlock_control.${table} t`,
    );
    expect(rows.filter(({ text }) => text.includes("jean.secret"))).toEqual([]);
  }
  expect(testing.logged.join("\n")).not.toContain("jean.secret");
  expect(id).toMatch(/^sub_/);
});
