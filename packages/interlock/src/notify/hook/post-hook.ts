import type { Agent } from "undici";
import { version } from "../../std/version.ts";
import { AddressRefused } from "./guarded-agent.ts";

/** What came of one POST. Without an answer the status is 0; it arrived where there is no problem. */
export interface Posted {
  status: number;
  /** `http-503`, `timeout`, `address-refused: private`; never anything of the URL. */
  problem: string | null;
  /** The beginning of the answer. */
  text: string;
}

/** A receiver has this long to answer, from the connection on. */
const answerWithinMs = 30_000;
const mostBytesRead = 16_384;
const userAgent = `interlock/${version()}`;

/** Sends a body once. Only a 2xx counts; a redirect is a failure and is never followed. */
export async function postHook(
  agent: Agent,
  {
    url,
    headers,
    body,
    withinMs = answerWithinMs,
  }: {
    url: string;
    headers: Record<string, string>;
    body: string;
    withinMs?: number | undefined;
  },
): Promise<Posted> {
  const { origin, pathname, search } = new URL(url);
  try {
    const answer = await agent.request({
      origin,
      path: `${pathname}${search}`,
      method: "POST",
      headers: { "content-type": "application/json; charset=utf-8", "user-agent": userAgent, ...headers },
      body,
      signal: AbortSignal.timeout(withinMs),
    });
    const { statusCode: status } = answer;
    const text = await readBeginning(answer.body).catch(() => "");
    return { status, problem: status >= 200 && status < 300 ? null : `http-${String(status)}`, text };
  } catch (error) {
    return { status: 0, problem: nameOf(error), text: "" };
  }
}

async function readBeginning(body: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of body) {
    parts.push(part);
    length += part.length;
    // What follows costs the connection and nothing else.
    if (length >= mostBytesRead) break;
  }
  return Buffer.concat(parts).subarray(0, mostBytesRead).toString("utf8");
}

function nameOf(error: unknown): string {
  if (error instanceof AddressRefused) return `address-refused: ${error.message}`;
  if (!(error instanceof Error)) return "no-answer";
  if (error.name === "TimeoutError") return "timeout";
  return (error as { code?: string }).code ?? error.name;
}
