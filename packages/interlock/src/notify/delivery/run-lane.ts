import { followUpCall } from "../call/follow-up-call.ts";
import { makeWriteCallHook, makeWriteCallMail } from "../call/write-call.ts";
import type { Resolve } from "../hook/guarded-agent.ts";
import { makeHookCarrier } from "../hook/hook-carrier.ts";
import { makeMailCarrier } from "../mail/mail-carrier.ts";
import type { Renderings } from "../message/renderings.ts";
import type { NotifyServices } from "../services.ts";
import { noMailCarrier, type Carrier } from "./carrier.ts";
import { lanes, type Lane } from "./delivery.ts";
import { followUp } from "./follow-up.ts";
import { pump, type PumpOptions } from "./pump.ts";
import { makeWriteHook } from "./write-hook.ts";
import { makeWriteMail } from "./write-mail.ts";

/** Deliveries in hand at once: what a server that is killed leaves in doubt at most. */
const rooms = { telling: { email: 150, webhook: 256 }, others: 20 } as const;

/** Of a lane in which hardly anything goes. */
const fewConnections = 2;

/** How long what is on its way is waited for when the server stops. */
const graceMs = 3_000;

/** For tests. */
export interface LaneOptions {
  resolve?: Resolve;
  hookWithinMs?: number;
}

/** Carries the deliveries of one lane and channel until the signal is aborted. Each lane has sessions of its own. */
export async function runLane(
  services: NotifyServices,
  {
    renderings,
    options,
    ...of
  }: Pick<PumpOptions, "lane" | "channel" | "server" | "bell"> & {
    renderings: Renderings;
    options: LaneOptions;
  },
  signal: AbortSignal,
): Promise<void> {
  const isCall = of.lane === lanes.call;
  const carrier = of.channel === "email" ? mailCarrier(services, of.lane, renderings) : hookCarrier();
  const after: PumpOptions["followUp"] = (delivery, outcome, state) =>
    (isCall ? followUpCall : followUp)(services, { delivery, outcome, state });
  const room = of.lane === lanes.telling ? rooms.telling[of.channel] : rooms.others;
  // What has begun may come to its end, but not for as long as a silent receiver likes.
  let late: NodeJS.Timeout | undefined;
  const cut = (): void => {
    late = setTimeout(() => void carrier.close(), graceMs);
  };
  signal.addEventListener("abort", cut, { once: true });
  try {
    await pump(services, { ...of, room, carrier, followUp: after }, signal);
  } finally {
    signal.removeEventListener("abort", cut);
    clearTimeout(late);
    await carrier.close();
  }

  function hookCarrier(): Carrier {
    const write = isCall ? makeWriteCallHook(services) : makeWriteHook(services, renderings);
    const { resolve, hookWithinMs: withinMs } = options;
    return makeHookCarrier(services, { policy: services.notify.hooks, write, resolve, withinMs });
  }
}

function mailCarrier(services: NotifyServices, lane: Lane, renderings: Renderings): Carrier {
  const { mail } = services.notify;
  if (mail === null) return noMailCarrier(lane);
  const isCall = lane === lanes.call;
  return makeMailCarrier(services, {
    settings: mail,
    connections: lane === lanes.telling ? mail.smtp.connections : fewConnections,
    write: isCall ? makeWriteCallMail(services) : makeWriteMail(services, renderings),
    isUrgent: isCall,
  });
}
