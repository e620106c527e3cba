import { say } from "../wording/say.ts";
import { badgeAt } from "./draw-outage.ts";
import type { Outage } from "./outage.ts";
import { isShort, sayClock } from "./say-clock.ts";
import { element, round, textElement } from "./svg.ts";

const lineHeight = 26;

/** How high the key of so many marks is. */
export function keyHeight(count: number, columns: number): number {
  return Math.ceil(count / columns) * lineHeight;
}

/** What each number of the picture is: when, and what. Column by column, in the order of time. */
export function drawKey(
  outage: Outage,
  { left, top, width, columns }: { left: number; top: number; width: number; columns: number },
): string[] {
  const { marks, locale } = outage;
  const lines = Math.ceil(marks.length / columns);
  const columnWidth = (width - left) / columns;
  return marks.map(({ atMs, label, sort }, index) => {
    const x = round(left + Math.floor(index / lines) * columnWidth);
    const y = top + (index % lines) * lineHeight + lineHeight / 2;
    const clock = sayClock(atMs, { outage, withSeconds: isShort(outage) });
    return element("g", {}, [
      badgeAt({ x: x + 10, y, number: index + 1, sort }),
      element("text", { x: x + 27, y: y + 4.5 }, [
        element("tspan", { "font-weight": 600 }, [textElement(clock)]),
        element("tspan", { dx: 6 }, [textElement(say(label, { locale }))]),
      ]),
    ]);
  });
}
