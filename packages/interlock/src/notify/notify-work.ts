import type { EventFeed } from "../control/event-feed.ts";
import type { Work } from "../control/work.ts";
import { newId } from "../std/new-id.ts";
import { makeCallDeliveries } from "./call/make-call-deliveries.ts";
import { Bell } from "./delivery/bell.ts";
import { takeBackAbandoned } from "./delivery/claim.ts";
import { lanes, type Lane } from "./delivery/delivery.ts";
import { runLane, type LaneOptions } from "./delivery/run-lane.ts";
import { makeRenderings } from "./message/renderings.ts";
import type { NotifyServices } from "./services.ts";
import { fanOut } from "./telling/fan-out.ts";
import { makeTellings } from "./telling/make-tellings.ts";

/** What there may be to tell of, by the beginnings of events' kinds. */
const newsKinds = /^(?:update|incident|maintenance|component|postmortem|status-page)/;

/** An event can be missed, and another server may have died in the middle: this is looked for anyway. */
const lookForNewsMs = 3_000;
const lookForCallsMs = 1_000;
const takeBackEveryMs = 2_000;

/** Everything that every server does to tell people: several at once share the work. */
export function notifyWork(
  services: NotifyServices & { feed: EventFeed },
  options: LaneOptions = {},
): Work[] {
  const server = newId("srv");
  const renderings = makeRenderings(services);
  const news = new Bell();
  const calls = new Bell();
  const bells: { lane: Lane; bell: Bell }[] = [];
  const ring = (only?: Lane): void => {
    for (const { lane, bell } of bells) if (only === undefined || lane === only) bell.ring();
  };
  const deliver = Object.entries(lanes).flatMap(([name, lane]) =>
    (["email", "webhook"] as const).map((channel): Work => {
      const bell = new Bell();
      bells.push({ lane, bell });
      return {
        name: `deliver ${name} by ${channel}`,
        run: (signal) => runLane(services, { lane, channel, server, bell, renderings, options }, signal),
      };
    }),
  );
  return [
    ...deliver,
    {
      name: "call the unit",
      async run(signal) {
        while (!signal.aborted) {
          if ((await makeCallDeliveries(services)) > 0) ring(lanes.call);
          await calls.wait(lookForCallsMs, signal);
        }
      },
    },
    {
      name: "spread what subscribers are told",
      async run(signal) {
        while (!signal.aborted) {
          await makeTellings(services);
          while (!signal.aborted && (await fanOut(services))) ring(lanes.telling);
          await news.wait(lookForNewsMs, signal);
        }
      },
    },
    {
      name: "hear what there is to tell",
      async run(signal) {
        for await (const { kind } of services.feed.follow({ signal })) {
          if (kind.startsWith("unit-")) calls.ring();
          else if (kind.startsWith("subscriber")) ring(lanes.confirmation);
          else if (newsKinds.test(kind)) news.ring();
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
