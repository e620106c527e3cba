import * as fc from "fast-check";
import { simpleParser } from "mailparser";
import { expect, test } from "vitest";
import { newSecretToken } from "../subscription/secret-token.ts";
import { writeLetter } from "./letter.ts";

const from = { from: { name: "Example – status", address: "status@example.com" } };
const receiver = {
  to: "jean@example.com",
  messageId: "<upd_1.r1.sub_1@example.com>",
  unsubscribeUrl: "https://status.example.com/status/fr/unsubscribe/x",
  at: new Date("2024-12-17T13:30:00Z"),
};

test("each receiver's token stands wherever it belongs, whatever the text around it and its encoding", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: "grapheme", maxLength: 120 }), { minLength: 1, maxLength: 5 }),
      async (texts) => {
        const letter = await writeLetter(from, (token) => ({
          subject: texts[0] ?? "",
          text: texts.map((text) => `${text}https://example.com/${token}`).join("\n"),
          html: `<p>${texts.map(() => `<a href="https://example.com/${token}">x</a>`).join("")}</p>`,
          references: [],
        }));
        for (let turn = 0; turn < 2; turn += 1) {
          const token = newSecretToken();
          const mail = await simpleParser(letter.to({ ...receiver, token }).toString("utf8"));
          const count = (text: string): number => text.split(token).length - 1;
          expect(count(mail.text ?? "")).toBe(texts.length);
          expect(count(mail.html || "")).toBe(texts.length);
        }
      },
    ),
    { numRuns: 50 },
  );
});

test("a header is one line, whoever wrote what is in it", async () => {
  const letter = await writeLetter(from, () => ({
    subject: "One\r\nBcc: eve@example.com\u2028Two\u0000",
    text: "x",
    html: "x",
    references: ["<a@example.com>"],
  }));
  const raw = letter.to({ ...receiver, token: "t" }).toString("utf8");
  expect(raw.split("\r\n\r\n")[0]).not.toMatch(/^bcc:/im);
  const mail = await simpleParser(raw);
  expect(mail.bcc).toBeUndefined();
  expect([mail.messageId, mail.inReplyTo, mail.date]).toEqual([
    receiver.messageId,
    "<a@example.com>",
    receiver.at,
  ]);
  expect(() => letter.to({ ...receiver, to: "a@example.com\r\nBcc: eve@example.com", token: "t" })).toThrow(
    "one line",
  );
  // Each header once.
  const names = (raw.split("\r\n\r\n")[0] ?? "").match(/^[A-Za-z-]+(?=:)/gm) ?? [];
  expect(new Set(names).size).toBe(names.length);
});
