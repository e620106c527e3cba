import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeSigner } from "./mail/sign-mail.ts";
import { readNotifySettings } from "./settings.ts";

const mail = {
  INTERLOCK_SMTP_URL: "smtp://ada:p%40ss@smtp.example.com",
  INTERLOCK_MAIL_FROM: "Example – status <status@example.com>",
};

test("what is not set is off", () => {
  expect(readNotifySettings({})).toEqual({ mail: null, hooks: { allowPrivate: false }, publicUrl: null });
});

test("a mail server is reached with TLS, except on loopback and where it is said", () => {
  const read = (url: string) => readNotifySettings({ ...mail, INTERLOCK_SMTP_URL: url }).mail?.smtp;
  expect(read(mail.INTERLOCK_SMTP_URL)).toEqual({
    host: "smtp.example.com",
    port: 587,
    secure: false,
    requireTls: true,
    user: "ada",
    password: "p@ss",
    connections: 10,
  });
  expect(read("smtps://smtp.example.com")).toMatchObject({ port: 465, secure: true, user: null });
  expect(read("smtp://[::1]:2525?connections=3")).toMatchObject({
    host: "::1",
    requireTls: false,
    connections: 3,
  });
  expect(read("smtp://smtp.example.com?tls=never")).toMatchObject({ requireTls: false });
});

test.each([
  [{ INTERLOCK_SMTP_URL: "smtp.example.com" }, "INTERLOCK_SMTP_URL"],
  [{ INTERLOCK_SMTP_URL: "https://smtp.example.com" }, "INTERLOCK_SMTP_URL"],
  [{ INTERLOCK_SMTP_URL: "smtp://x.example?connections=0" }, "INTERLOCK_SMTP_URL"],
  [{ INTERLOCK_MAIL_FROM: "" }, "INTERLOCK_MAIL_FROM"],
  [{ INTERLOCK_MAIL_FROM: "nobody" }, "INTERLOCK_MAIL_FROM"],
  [{ INTERLOCK_MAIL_FROM: "A\r\nBcc: eve@example.com <a@example.com>" }, "INTERLOCK_MAIL_FROM"],
  [{ INTERLOCK_DKIM_DOMAIN: "example.com" }, "INTERLOCK_DKIM_KEY_FILE"],
  [{ INTERLOCK_HOOKS_TO_PRIVATE: "yes" }, "INTERLOCK_HOOKS_TO_PRIVATE"],
  [{ INTERLOCK_PUBLIC_URL: "interlock.example.com" }, "INTERLOCK_PUBLIC_URL"],
])("%j is refused by name, without what it holds", (wrong, variable) => {
  const read = (): unknown => readNotifySettings({ ...mail, ...wrong });
  expect(read).toThrow(`The variable ${variable} can't be used.`);
  expect(read).not.toThrow("p%40ss");
});

test("mail is signed with a DKIM key, and otherwise as it was", async () => {
  const directory = mkdtempSync(join(tmpdir(), "interlock-dkim-"));
  try {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const file = join(directory, "dkim.pem");
    writeFileSync(file, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
    const settings = readNotifySettings({
      ...mail,
      INTERLOCK_DKIM_DOMAIN: "example.com",
      INTERLOCK_DKIM_SELECTOR: "status",
      INTERLOCK_DKIM_KEY_FILE: file,
    });
    if (settings.mail === null) throw new Error("there is a mail server");
    const message = Buffer.from("From: status@example.com\r\nSubject: x\r\n\r\nbody\r\n");
    const signed = (await makeSigner(settings.mail)(message)).toString();
    expect(signed).toMatch(/^DKIM-Signature: v=1; a=rsa-sha256;[^]*d=example\.com;[^]*s=status;/);
    expect(signed.endsWith(message.toString())).toBe(true);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
