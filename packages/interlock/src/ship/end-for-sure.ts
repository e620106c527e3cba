import type { Duplex } from "node:stream";
import type { Client } from "pg";
import { sleep } from "../std/sleep.ts";

/** How long a server may take to close a session that was ended. */
const closeMs = 2_000;

/** Ends a session, and where the server does not answer any more, our side of it. */
export async function endForSure(client: Client): Promise<void> {
  const patience = new AbortController();
  const ended = client.end().catch(() => undefined);
  await Promise.race([
    ended,
    sleep(closeMs, patience.signal).then(
      () => breakOff(client),
      () => undefined,
    ),
  ]);
  patience.abort();
}

/** Breaks a session off on our side, so that what was asked for last fails as on a lost connection. */
export function breakOff(client: Client): void {
  const wire: unknown = Reflect.get(client, "connection");
  if (typeof wire !== "object" || wire === null) return;
  (Reflect.get(wire, "stream") as Duplex | undefined)?.destroy();
}
