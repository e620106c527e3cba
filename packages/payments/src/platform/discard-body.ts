import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

const mostBytes = 32 * 1024 * 1024;
const longestMs = 5_000;

/**
 * Reads the rest of a body that nobody wants and forgets it, up to 32 MB or 5 s. A connection that is closed
 * while its client still writes is reset, and the client never sees the answer that says why.
 */
export async function discardBody(request: IncomingMessage): Promise<void> {
  if (request.complete || request.destroyed) return;
  const end = new AbortController();
  const stop = (): void => end.abort();
  let bytes = 0;
  const count = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes > mostBytes) stop();
  };
  request.on("data", count).on("end", stop).on("close", stop).on("error", stop).resume();
  // Ends by `stop` as a rule: that is what the abort says.
  await sleep(longestMs, undefined, { signal: end.signal }).catch(() => undefined);
  request.off("data", count).off("end", stop).off("close", stop);
}
