import type { Log } from "../std/log.ts";

/**
 * A log as JSON lines: `{"time", "level", "message", …facts}`. Whatever looks like a token, a URL or a password is
 * left out of every text, so that no caller can forget to.
 */
export function makeJsonLog(write: (line: string) => void): Log {
  const at =
    (level: "info" | "warn" | "error") =>
    (facts: object, message: string): void => {
      const time = new Date().toISOString();
      write(`${JSON.stringify({ time, level, message, ...facts }, withoutSecrets)}\n`);
    };
  return { info: at("info"), warn: at("warn"), error: at("error") };
}

const secretNames =
  /^(authorization|cookie|password|secret|token|tokens|key|url|database_?url|connection.*)$/i;

function withoutSecrets(name: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "string" && secretNames.test(name) && !/^tok_[0-9a-z]{16}$/.test(value)) return "…";
  return typeof value === "string" ? withoutSecretText(value) : value;
}

/** A text without tokens of Interlock, URLs, and passwords in connection strings. */
export function withoutSecretText(text: string): string {
  return text
    .replaceAll(/\bilk_\w+/g, "ilk_…")
    .replaceAll(/\b(bearer|basic)\s+[\w.~+/=-]+/gi, "$1 …")
    .replaceAll(/\b[a-z][a-z0-9+.-]*:\/\/[^\s"']+/gi, (url) => `${url.slice(0, url.indexOf(":"))}://…`)
    .replaceAll(/\b(password|passwd|pwd)\s*=\s*('[^']*'|"[^"]*"|[^\s&;]+)/gi, "$1=…");
}
