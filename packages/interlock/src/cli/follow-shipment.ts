import type { Shipment } from "../api/shipments.ts";
import { Failure } from "../std/failure.ts";
import { sleep } from "../std/sleep.ts";
import { newsOf } from "./shipment-view.ts";

/** How often the server is asked. */
const everyMs = 500;

/** How long a server that can't be reached is asked again: another one may be taking over. */
const unreachableMs = 60_000;

/**
 * Says what happens in a shipment, a line each, until it has ended or stopped, or has waited `waitMs` in one go.
 * Returns it as it is then. Throws what reading it throws, "server-not-reachable" after a minute of trying.
 */
export async function followShipment({
  read,
  say,
  waitMs,
}: {
  read: () => Promise<Shipment>;
  say: (line: string) => void;
  waitMs: number;
}): Promise<Shipment> {
  let before: Shipment | undefined;
  let waitingSince: number | undefined;
  for (;;) {
    const shipment = await readPatiently(read, say);
    for (const line of newsOf(before, shipment)) say(line);
    if (["ready", "done", "stopped", "rolled-back"].includes(shipment.state)) return shipment;
    const isHeld =
      shipment.state === "waiting" || (shipment.state === "rolling-back" && shipment.reasons.length > 0);
    waitingSince = isHeld ? (waitingSince ?? Date.now()) : undefined;
    if (waitingSince !== undefined && Date.now() - waitingSince >= waitMs) return shipment;
    before = shipment;
    await sleep(everyMs);
  }
}

async function readPatiently(read: () => Promise<Shipment>, say: (line: string) => void): Promise<Shipment> {
  const until = Date.now() + unreachableMs;
  let told = false;
  for (;;) {
    try {
      return await read();
    } catch (error) {
      const away =
        error instanceof Failure &&
        ["server-not-reachable", "control-not-reachable", "control-too-slow"].includes(error.code);
      if (!away || Date.now() > until) throw error;
      if (!told) say("the server does not answer; the shipment goes on without us");
      told = true;
      await sleep(everyMs);
    }
  }
}
