import { speakerOf } from "../../language/speaker.ts";
import type { Outage } from "./outage.ts";

/** `14:08`, or `14:08:30` where minutes do not tell moments apart; the zone stands in the description. */
export function sayClock(
  ms: number,
  { outage, withSeconds }: { outage: Pick<Outage, "locale" | "timeZone">; withSeconds: boolean },
): string {
  return speakerOf(outage).formatTime(ms, {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    ...(withSeconds ? { second: "2-digit" } : {}),
  });
}

/** An outage of a few minutes is told in seconds. */
export function isShort({ fromMs, untilMs }: Pick<Outage, "fromMs" | "untilMs">): boolean {
  return untilMs - fromMs < 10 * 60_000;
}
