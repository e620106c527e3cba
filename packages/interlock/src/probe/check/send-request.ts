import { Agent, request, type Dispatcher } from "undici";
import type { Step } from "../../api/probes.ts";
import { version } from "../../std/version.ts";
import type { HttpAnswer } from "./hold-to.ts";
import { CheckError } from "./outcome.ts";
import { lookupElsewhere, refuseLinkLocal } from "./refuse-link-local.ts";
import { fill, fillJson, fillUrl, type Values } from "./template.ts";

/** What of a body is read; an answer of gigabytes must not fill the memory. */
const mostBytes = 256 * 1024;

export type HttpRequest = Pick<Step, "method" | "url" | "headers" | "json" | "form" | "body">;

/** Where a request may go: the origins that the definition names. What an answer says leads nowhere else. */
export type Origins = ReadonlySet<string>;

/** The origins of addresses that are written down. Those that begin with a saved value have none. */
export function originsOf(
  requests: readonly Pick<HttpRequest, "url">[],
  values: Pick<Values, "secrets">,
): Origins {
  return new Set(
    requests.flatMap(({ url }) => {
      try {
        return [
          new URL(
            fillUrl(
              url.replaceAll(/\{\{\s*saved\.\w+\s*\}\}/g, (_, at) => (at === 0 ? "" : "x")),
              { ...values, saved: {} },
            ),
          ).origin,
        ];
      } catch {
        return [];
      }
    }),
  );
}

/** Sends one request over a connection of its own and reads the answer. Redirects are answers like others. */
export async function sendRequest(
  asked: HttpRequest,
  { values, origins, signal }: { values: Values; origins: Origins; signal: AbortSignal },
): Promise<HttpAnswer> {
  const url = addressOf(asked, { values, origins });
  const startedAt = performance.now();
  // A connection that is kept would hide that no new one can be made.
  const agent = new Agent({
    connections: 1,
    pipelining: 0,
    maxHeaderSize: 32 * 1024,
    connect: { timeout: 0, lookup: lookupElsewhere },
  });
  try {
    const { statusCode, headers, body } = await request(url, {
      dispatcher: agent,
      method: asked.method,
      signal,
      headersTimeout: 0,
      bodyTimeout: 0,
      ...contentOf(asked, values),
    });
    const read = await readBody(body);
    return {
      status: statusCode,
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [
          name,
          Array.isArray(value) ? value.join(", ") : (value ?? ""),
        ]),
      ),
      ...read,
      latencyMs: Math.round(performance.now() - startedAt),
    };
  } finally {
    void agent.destroy().catch(() => undefined);
  }
}

function addressOf(
  { url: text }: HttpRequest,
  { values, origins }: { values: Values; origins: Origins },
): URL {
  let url: URL;
  try {
    url = new URL(fillUrl(text, values));
  } catch (error) {
    if (error instanceof CheckError) throw error;
    throw new CheckError("definition", "the address is no URL");
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new CheckError("definition", `the address begins with ${url.protocol}//`);
  }
  if (!origins.has(url.origin)) {
    throw new CheckError("definition", `an answer leads to ${url.origin}, which the probe does not name`);
  }
  refuseLinkLocal(url.hostname);
  return url;
}

function contentOf(
  asked: HttpRequest,
  values: Values,
): { headers: Record<string, string>; body: string | null } {
  const headers: Record<string, string> = { "user-agent": `interlock-probe/${version()}` };
  for (const [name, value] of Object.entries(asked.headers))
    headers[name.toLowerCase()] = fill(value, values);
  if (asked.json !== undefined) {
    headers["content-type"] ??= "application/json";
    return { headers, body: JSON.stringify(fillJson(asked.json, values)) };
  }
  if (asked.form !== undefined) {
    headers["content-type"] ??= "application/x-www-form-urlencoded";
    const fields = Object.entries(asked.form).map(([name, value]): [string, string] => [
      name,
      fill(value, values),
    ]);
    return { headers, body: new URLSearchParams(fields).toString() };
  }
  return { headers, body: asked.body === undefined ? null : fill(asked.body, values) };
}

async function readBody(body: Dispatcher.ResponseData["body"]): Promise<{ body: string; isCut: boolean }> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of body as AsyncIterable<Buffer>) {
    parts.push(part);
    bytes += part.length;
    if (bytes > mostBytes) break;
  }
  const isCut = bytes > mostBytes;
  return { body: Buffer.concat(parts).subarray(0, mostBytes).toString("utf8"), isCut };
}
