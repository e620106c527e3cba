import { randomUUID } from "node:crypto";
import { CheckError } from "./outcome.ts";

/** What templates stand for, in one run of a check. */
export interface Values {
  secrets: Readonly<Record<string, string>>;
  saved: Record<string, string>;
}

const template = /\{\{\s*([A-Za-z]+)(?:\.([A-Za-z][A-Za-z0-9_]*))?\s*\}\}/g;

/** Whether there is nothing but templates in a text, and perhaps the name of a scheme before them. */
export function isTemplateOnly(text: string): boolean {
  return text.includes("{{") && /^(?:(?:Bearer|Basic|Token) +)?$/i.test(text.replaceAll(template, ""));
}

/** Puts values in. Throws `CheckError` "definition" for one that is not there. */
export function fill(
  text: string,
  values: Values,
  encode: (value: string) => string = (value) => value,
): string {
  return text.replaceAll(template, (_, kind: string, name?: string) =>
    encode(valueOf(values, { kind, name })),
  );
}

/** Puts values into an address: percent-encoded, but for one that stands at its beginning, which is an address itself. */
export function fillUrl(text: string, values: Values): string {
  const [first = ""] = /^\{\{[^}]*\}\}/.exec(text) ?? [];
  return fill(first, values) + fill(text.slice(first.length), values, encodeURIComponent);
}

/** Puts values into every text of a JSON value. */
export function fillJson(json: unknown, values: Values): unknown {
  if (typeof json === "string") return fill(json, values);
  if (Array.isArray(json)) return json.map((one) => fillJson(one, values));
  if (typeof json !== "object" || json === null) return json;
  return Object.fromEntries(Object.entries(json).map(([name, one]) => [name, fillJson(one, values)]));
}

function valueOf(
  { secrets, saved }: Values,
  { kind, name }: { kind: string; name: string | undefined },
): string {
  if (kind === "uuid" && name === undefined) return randomUUID();
  if (kind === "now" && name === undefined) return new Date().toISOString();
  const from = kind === "secret" ? secrets : kind === "saved" ? saved : {};
  const value = name !== undefined && Object.hasOwn(from, name) ? from[name] : undefined;
  if (value !== undefined) return value;
  throw new CheckError("definition", `there is no {{${kind}${name === undefined ? "" : `.${name}`}}}`);
}
