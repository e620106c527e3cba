import type { Agent } from "undici";
import { AddressRefused } from "./guarded-agent.ts";

/** What came of one POST. Without an answer the status code is 0. Delivered when there is no failure. */
export interface Posted {
  statusCode: number;
  failure: string | null;
}

const mostBytesRead = 16_384;

/**
 * Sends a notification once. Only a 2xx counts; a redirect is not followed. What the receiver says beside its
 * status is read up to 16 KiB, to keep the connection, and thrown away. Ends when `signal` is aborted.
 */
export async function postNotification(
  agent: Agent,
  request: { url: string; headers: Record<string, string>; body: string; signal: AbortSignal },
): Promise<Posted> {
  const { url, headers, body, signal } = request;
  const { origin, pathname, search } = new URL(url);
  try {
    const answer = await agent.request({
      origin,
      path: `${pathname}${search}`,
      method: "POST",
      headers: { "content-type": "application/json; charset=utf-8", "user-agent": "payments/1", ...headers },
      body,
      signal,
    });
    const { statusCode } = answer;
    // The status has said it all; a body that breaks off or never ends costs the connection and nothing else.
    await answer.body.dump({ limit: mostBytesRead, signal }).catch(() => undefined);
    return {
      statusCode,
      failure: statusCode >= 200 && statusCode < 300 ? null : `http ${String(statusCode)}`,
    };
  } catch (error) {
    return { statusCode: 0, failure: nameOf(error) };
  }
}

function nameOf(error: unknown): string {
  if (error instanceof AddressRefused) return `address refused: ${error.message}`;
  if (!(error instanceof Error)) return "no answer";
  if (error.name === "TimeoutError") return "timeout";
  return (error as { code?: string }).code ?? error.name;
}
