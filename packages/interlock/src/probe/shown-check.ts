import type { Check, Step } from "../api/probes.ts";
import { shownHeaders } from "./check/secret-texts.ts";
import { isTemplateOnly } from "./check/template.ts";

const hidden = "•••";

/** A check for people: what may be secret in it is left out, templates stay. */
export function shownCheck(check: Check): Record<string, unknown> {
  switch (check.kind) {
    case "http":
      return { ...check, ...shownRequest(check) };
    case "steps":
      return { ...check, steps: check.steps.map((step) => ({ ...step, ...shownRequest(step) })) };
    case "postgres":
      return { ...check, ...(check.url === undefined ? {} : { url: shownUrl(check.url) }) };
    case "tcp":
      return { ...check };
    default:
      return check satisfies never;
  }
}

function shownRequest({
  url,
  headers,
  json,
  form,
  body,
}: Pick<Step, "url" | "headers" | "json" | "form" | "body">): Record<string, unknown> {
  return {
    url: shownUrl(url),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        shownHeaders.has(name.toLowerCase()) ? value : shown(value),
      ]),
    ),
    ...(json === undefined ? {} : { json: shownJson(json) }),
    ...(form === undefined
      ? {}
      : { form: Object.fromEntries(Object.entries(form).map(([name, value]) => [name, shown(value)])) }),
    ...(body === undefined ? {} : { body: shown(body) }),
  };
}

function shown(text: string): string {
  return isTemplateOnly(text) ? text : hidden;
}

function shownJson(json: unknown): unknown {
  if (typeof json === "string") return shown(json);
  if (Array.isArray(json)) return json.map(shownJson);
  if (typeof json !== "object" || json === null) return json;
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, shownJson(value)]));
}

/** Without user, password and the values of its query. */
function shownUrl(text: string): string {
  return text
    .replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, "$1")
    .replace(/#.*$/s, "")
    .replace(/\?(.*)$/s, (_, query: string) => {
      const parts = query.split("&").map((part) => {
        const [name = "", value] = part.split(/=(.*)/s);
        return value === undefined ? hidden : `${name}=${isTemplateOnly(value) ? value : hidden}`;
      });
      return `?${parts.join("&")}`;
    });
}
