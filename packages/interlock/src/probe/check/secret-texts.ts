import type { Check } from "../../api/probes.ts";

/** Texts that no output may hold: secrets by name, headers' values, passwords and query values of addresses. */
export function secretTexts(check: Check, secrets: Readonly<Record<string, string>>): string[] {
  const texts = [...Object.values(secrets), ...inCheck(check)];
  return texts.filter((text) => text.length >= shortest);
}

/** Shorter texts occur by chance, and hide nothing worth hiding. */
const shortest = 4;

function inCheck(check: Check): string[] {
  switch (check.kind) {
    case "http":
      return inRequest(check);
    case "steps":
      return check.steps.flatMap(inRequest);
    case "postgres":
      return check.url === undefined ? [] : inUrl(check.url);
    case "tcp":
      return [];
    default:
      return check satisfies never;
  }
}

function inRequest({ url, headers }: { url: string; headers: Record<string, string> }): string[] {
  const values = Object.entries(headers)
    .filter(([name]) => !shownHeaders.has(name.toLowerCase()))
    // The token without its scheme, too.
    .flatMap(([, value]) => [value, value.replace(/^\S+ +/, "")])
    .filter((value) => !value.includes("{{"));
  return [...values, ...inUrl(url)];
}

function inUrl(text: string): string[] {
  try {
    const url = new URL(text);
    const query = [...url.searchParams.values()].filter((value) => !value.includes("{{"));
    return [url.password, decodeURIComponent(url.password), ...query];
  } catch {
    return [];
  }
}

/** Headers whose values are nobody's secret. */
export const shownHeaders: ReadonlySet<string> = new Set([
  "accept",
  "accept-language",
  "content-type",
  "user-agent",
  "host",
  "cache-control",
]);

/** A text without the secrets, however they are written in it. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const forms = secrets.flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString("base64"),
    Buffer.from(secret).toString("base64url"),
  ]);
  // The longest first: one may hold another.
  return [...new Set(forms)]
    .toSorted((left, right) => right.length - left.length)
    .reduce((shown, form) => shown.replaceAll(form, "•••"), text);
}
