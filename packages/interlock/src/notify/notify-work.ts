import type { EventFeed } from "../control/event-feed.ts";
import type { Work } from "../control/work.ts";
import { newId } from "../std/new-id.ts";
import { Bell } from "./delivery/bell.ts";
import type { Carrier } from "./delivery/carrier.ts";
import { takeBackAbandoned } from "./delivery/claim.ts";
import { lanes } from "./delivery/delivery.ts";
import { followUp } from "./delivery/follow-up.ts";
import { pump, type PumpOptions } from "./delivery/pump.ts";
import { makeWriteHook } from "./delivery/write-hook.ts";
import { makeWriteMail } from "./delivery/write-mail.ts";
import { makeHookCarrier } from "./hook/hook-carrier.ts";
import type { Resolve } from "./hook/guarded-agent.ts";
import { makeMailCarrier } from "./mail/mail-carrier.ts";
import { makeRenderings } from "./message/renderings.ts";
import type { NotifyServices } from "./services.ts";
import { fanOut } from "./telling/fan-out.ts";
import { makeTellings } from "./telling/make-tellings.ts";

/** What may have to be told of, by the beginnings of events' kinds. */
const newsKinds = /^(?:update|incident|maintenance|component|postmortem|status-page|subscriber)/;

/** An event can be missed, and another server may have died in the middle: this is looked for anyway. */
const lookEveryMs = 2_000;
const takeBackEveryMs = 3_000;

/** Deliveries in hand at once. */
const roomForMail = 150;
const roomForHooks = 256;

/** For tests. */
export interface NotifyOptions {
  resolve?: Resolve;
  hookWithinMs?: number;
}

/** Everything that every server does to tell subscribers: several at once share the work. */
export function notifyWork(
  services: NotifyServices & { feed: EventFeed },
  options: NotifyOptions = {},
): Work[] {
  const server = newId("srv");
  const spreading = new Bell();
  const bells: Bell[] = [];
  const renderings = makeRenderings(services);
  const pumped = (lane: 1 | 2, channel: "email" | "webhook"): Work => {
    const bell = new Bell();
    bells.push(bell);
    return {
      name: `deliver ${channel} of lane ${String(lane)}`,
      run: (signal) => runPump(services, { lane, channel, server, bell, renderings, options }, signal),
    };
  };
  const works = [
    ...(services.notify.mail === null
      ? []
      : [pumped(lanes.confirmation, "email"), pumped(lanes.telling, "email")]),
    pumped(lanes.confirmation, "webhook"),
    pumped(lanes.telling, "webhook"),
  ];
  const ring = (): void => {
    for (const bell of bells) bell.ring();
  };
  return [
    ...works,
    {
      name: "spread what subscribers are told",
      async run(signal) {
        while (!signal.aborted) {
          if ((await makeTellings(services)) > 0) ring();
          while (!signal.aborted && (await fanOut(services))) ring();
          await spreading.wait(lookEveryMs, signal);
        }
      },
    },
    {
      name: "hear what subscribers are told",
      async run(signal) {
        for await (const { kind } of services.feed.follow({ signal })) {
          if (!newsKinds.test(kind)) continue;
          if (kind.startsWith("subscriber")) ring();
          else spreading.ring();
        }
      },
    },
    {
      name: "take back abandoned deliveries",
      async run(signal) {
        const pause = new Bell();
        while (!signal.aborted) {
          if ((await takeBackAbandoned(services)) > 0) ring();
          await pause.wait(takeBackEveryMs, signal);
        }
      },
    },
  ];
}

async function runPump(
  services: NotifyServices,
  {
    renderings,
    options,
    ...of
  }: Pick<PumpOptions, "lane" | "channel" | "server" | "bell"> & {
    renderings: ReturnType<typeof makeRenderings>;
    options: NotifyOptions;
  },
  signal: AbortSignal,
): Promise<void> {
  const { mail, hooks } = services.notify;
  const isTelling = of.lane === lanes.telling;
  let carrier: Carrier;
  if (of.channel === "email") {
    if (mail === null) return;
    carrier = makeMailCarrier(services, {
      settings: mail,
      connections: isTelling ? mail.smtp.connections : 2,
      write: makeWriteMail(services, renderings),
      isUrgent: false,
    });
  } else {
    carrier = makeHookCarrier(services, {
      policy: hooks,
      write: makeWriteHook(services, renderings),
      resolve: options.resolve,
      withinMs: options.hookWithinMs,
    });
  }
  try {
    const room = !isTelling ? 20 : of.channel === "email" ? roomForMail : roomForHooks;
    const after: PumpOptions["followUp"] = (delivery, outcome, state) =>
      followUp(services, { delivery, outcome, state });
    await pump(services, { ...of, room, carrier, followUp: after }, signal);
  } finally {
    await carrier.close();
  }
}
