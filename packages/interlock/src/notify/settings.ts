import { readFileSync } from "node:fs";
import { Failure, messageOf } from "../std/failure.ts";
import type { HookPolicy } from "./hook/address-policy.ts";
import { parseEmailAddress } from "./address/parse-email-address.ts";

/** How people are told, from the server's environment variables. */
export interface NotifySettings {
  /** Null where no email goes out. */
  mail: MailSettings | null;
  hooks: HookPolicy;
  /** Where the public reaches this server, for links in messages; null for the origin of the status page's URL. */
  publicUrl: string | null;
}

export interface MailSettings {
  smtp: SmtpSettings;
  /** Whom messages are from: a name for people, and the address. */
  from: { name: string | null; address: string };
  dkim: { domain: string; selector: string; key: string } | null;
}

export interface SmtpSettings {
  host: string;
  port: number;
  /** TLS from the first byte (smtps). */
  secure: boolean;
  /** Without TLS nothing is sent; off on loopback, where there is hardly ever a certificate. */
  requireTls: boolean;
  user: string | null;
  password: string | null;
  /** Messages that are on their way at once. */
  connections: number;
}

/**
 * Reads INTERLOCK_SMTP_URL (`smtp://user:password@host:587`, `smtps://…`, `?connections=10`), INTERLOCK_MAIL_FROM
 * (`Name <status@example.com>`), INTERLOCK_DKIM_DOMAIN, INTERLOCK_DKIM_SELECTOR, INTERLOCK_DKIM_KEY_FILE,
 * INTERLOCK_HOOKS_TO_PRIVATE (`allow`) and INTERLOCK_PUBLIC_URL. Throws `Failure` "notify-settings-not-valid".
 */
export function readNotifySettings(environment: NodeJS.ProcessEnv): NotifySettings {
  const given = (name: string): string | null => {
    const text = environment[name]?.trim() ?? "";
    return text === "" ? null : text;
  };
  const privately = given("INTERLOCK_HOOKS_TO_PRIVATE");
  if (privately !== null && privately !== "allow") {
    throw notValid("INTERLOCK_HOOKS_TO_PRIVATE", "It may only be `allow`.");
  }
  return {
    mail: readMail(given),
    hooks: { allowPrivate: privately === "allow" },
    publicUrl: readPublicUrl(given("INTERLOCK_PUBLIC_URL")),
  };
}

type Given = (name: string) => string | null;

function readMail(given: Given): MailSettings | null {
  const url = given("INTERLOCK_SMTP_URL");
  if (url === null) return null;
  const from = given("INTERLOCK_MAIL_FROM");
  if (from === null) throw notValid("INTERLOCK_MAIL_FROM", "It is needed with INTERLOCK_SMTP_URL.");
  return { smtp: readSmtp(url), from: readFrom(from), dkim: readDkim(given) };
}

function readSmtp(text: string): SmtpSettings {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["smtp:", "smtps:"].includes(url.protocol) || url.hostname === "") {
    throw notValid("INTERLOCK_SMTP_URL", "Write smtp://user:password@host:587 or smtps://….");
  }
  const secure = url.protocol === "smtps:";
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const connections = Number(url.searchParams.get("connections") ?? 10);
  if (!Number.isInteger(connections) || connections < 1 || connections > 100) {
    throw notValid("INTERLOCK_SMTP_URL", "connections is a whole number from 1 to 100.");
  }
  return {
    host,
    port: url.port === "" ? (secure ? 465 : 587) : Number(url.port),
    secure,
    requireTls:
      !secure &&
      !/^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/.test(host) &&
      url.searchParams.get("tls") !== "never",
    user: url.username === "" ? null : decodeURIComponent(url.username),
    password: url.password === "" ? null : decodeURIComponent(url.password),
    connections,
  };
}

function readFrom(text: string): MailSettings["from"] {
  const [, quoted, inside] = /^(.*?)\s*<([^<>]+)>$/.exec(text) ?? [];
  const address = parseEmailAddress(inside ?? text);
  const name = (quoted ?? "").replace(/^"|"$/g, "");
  if (address === undefined || /[\p{Cc}]/u.test(name)) {
    throw notValid("INTERLOCK_MAIL_FROM", "Write `Name <status@example.com>`.");
  }
  return { name: name === "" ? null : name, address };
}

function readDkim(given: Given): MailSettings["dkim"] {
  const domain = given("INTERLOCK_DKIM_DOMAIN");
  const selector = given("INTERLOCK_DKIM_SELECTOR");
  const file = given("INTERLOCK_DKIM_KEY_FILE");
  if (domain === null && selector === null && file === null) return null;
  if (domain === null || selector === null || file === null) {
    throw notValid("INTERLOCK_DKIM_KEY_FILE", "Domain, selector and key file are needed together.");
  }
  try {
    return { domain, selector, key: readFileSync(file, "utf8") };
  } catch (error) {
    throw notValid("INTERLOCK_DKIM_KEY_FILE", messageOf(error));
  }
}

function readPublicUrl(text: string | null): string | null {
  if (text === null) return null;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (
    url === undefined ||
    !["http:", "https:"].includes(url.protocol) ||
    url.search !== "" ||
    url.hash !== ""
  ) {
    throw notValid("INTERLOCK_PUBLIC_URL", "Write https://interlock.example.com.");
  }
  return url.href.replace(/\/+$/, "");
}

function notValid(variable: string, why: string): Failure {
  return new Failure({
    code: "notify-settings-not-valid",
    message: `The variable ${variable} can't be used.`,
    why,
    state: "Nothing was started.",
    next: "Correct it; docs/guide/subscribers.md lists what each of them may hold.",
  });
}
