import { simpleParser } from "mailparser";
import { expect, test } from "vitest";
import { useNotify } from "./testing/use-notify.ts";

const testing = useNotify();

test("an update reaches who subscribed, in their language, with the others below", async () => {
  const { id } = await testing.subscribe({ address: "jean@example.com", locale: "fr" });
  testing.run();
  const incident = await testing.incident();
  const update = await testing.say(incident, "identified", "We know why.");
  await testing.mailbox.until(1);
  const [letter] = testing.mailbox.letters;
  const mail = await simpleParser(letter?.raw ?? "");
  expect(letter?.to).toBe("jean@example.com");
  expect(mail.messageId).toBe(`<${update}.r1.${id}@status.example.com>`);
  expect(mail.subject).toBe("[État des services] Identifié – Payments fail (fr)");
  expect(mail.from?.text).toBe('"Example status" <status@example.com>');
  expect(mail.references).toBe(`<${incident}@status.example.com>`);
});
