import { sayDuration } from "../../language/duration.ts";
import { say, sayNumber } from "../wording/say.ts";
import { bucketsOf, stepFor, type Bucket } from "./buckets.ts";
import { describeOutage } from "./describe-outage.ts";
import { drawKey, keyHeight } from "./draw-key.ts";
import type { Mark, Outage } from "./outage.ts";
import { sayClock } from "./say-clock.ts";
import { spread } from "./spread.ts";
import { areaOf, element, round, textElement } from "./svg.ts";
import { needsSeconds, timeTicks, valueTicks } from "./ticks.ts";

/** For a wide place (900 px) and for a phone (360 px): the same picture, drawn for the room that there is. */
export type Shape = "wide" | "narrow";

const shapes = {
  wide: { width: 900, plotHeight: 230, left: 56, right: 16, mostBuckets: 200, mostTicks: 9, columns: 3 },
  narrow: { width: 360, plotHeight: 170, left: 38, right: 8, mostBuckets: 110, mostTicks: 4, columns: 1 },
} as const;

const fontSize = 13;
const badge = 20;
const apart = badge + 3;

/** Colours that are told apart on a light and on a dark ground; everything else has the colour of the text around it. */
export const failedColour = "#d5432f";
export const okColour = "#7393b3";

/**
 * The outage as an SVG: failed requests from the ground up, those that went well above them, and what happened as
 * numbered badges with a key below, so that nothing covers anything else. No script, no style, nothing from elsewhere:
 * the same facts give the same text.
 */
export function drawOutage(
  outage: Outage,
  { shape, isAlone = false }: { shape: Shape; isAlone?: boolean },
): string {
  const { width, plotHeight, left, right, mostBuckets, mostTicks, columns } = shapes[shape];
  const { fromMs, untilMs, locale } = outage;
  const plotWidth = width - left - right;
  const xOf = (ms: number): number => round(left + ((ms - fromMs) / (untilMs - fromMs)) * plotWidth);
  const marks = marksThatFit(outage.marks, Math.floor(plotWidth / apart));
  const badges = spread(
    marks.map(({ atMs }) => xOf(atMs)),
    { apart, from: left, until: width - right - badge / 2 },
  );
  const top = 74;
  const bottom = top + plotHeight;
  const stepMs = stepFor(outage.points, { fromMs, untilMs, most: mostBuckets });
  const buckets = bucketsOf(outage.points, { fromMs, untilMs, stepMs });
  const perMs = outage.source === "requests" ? 1_000 : 60_000;
  const rate = (count: number): number => (count / stepMs) * perMs;
  const values = valueTicks(Math.max(0, ...buckets.map(({ ok, failed }) => rate(ok + failed))));
  const highest = values.at(-1) ?? 1;
  const yOf = (value: number): number => round(bottom - (value / highest) * plotHeight);
  const area = (valueOf: (bucket: Bucket) => number): string =>
    areaOf(
      buckets.map((bucket) => ({
        x: Math.max(left, xOf(bucket.fromMs)),
        y: yOf(rate(valueOf(bucket))),
      })),
      { right: width - right, bottom },
    );
  const times = timeTicks({ fromMs, untilMs, most: mostTicks });
  const keyTop = bottom + 66;
  const height = keyTop + keyHeight(marks.length, columns) + 6;
  const id = `outage-${shape}-${locale}`;
  const { title, description } = describeOutage(outage);
  const unit = say(outage.source === "requests" ? "picture-per-second" : "picture-per-minute", { locale });
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: `0 0 ${String(width)} ${String(height)}`,
      ...(isAlone ? { width, height } : { width: "100%" }),
      class: `outage outage-${shape}`,
      role: "img",
      lang: locale,
      "aria-labelledby": `${id}-title ${id}-description`,
      "font-family": "system-ui, -apple-system, 'Segoe UI', sans-serif",
      "font-size": fontSize,
      fill: "currentColor",
      // A page's own rules say where which one shows; without any the wide one does.
      ...(shape === "narrow" && !isAlone ? { display: "none" } : {}),
    },
    [
      element("title", { id: `${id}-title` }, [textElement(title)]),
      element("desc", { id: `${id}-description` }, [textElement(description)]),
      isAlone ? element("style", {}, [standaloneStyle]) : "",
      ...legend(outage, { shape, width, right, unit }),
      ...band(outage, { xOf, top, bottom, left, right: width - right }),
      ...values.map((value) =>
        element("g", {}, [
          element("path", {
            d: `M${String(left)} ${String(yOf(value))}H${String(width - right)}`,
            stroke: "currentColor",
            "stroke-opacity": value === 0 ? 0.6 : 0.14,
          }),
          element("text", { x: left - 7, y: yOf(value) + 4.5, "text-anchor": "end", "fill-opacity": 0.75 }, [
            textElement(sayNumber(value, locale)),
          ]),
        ]),
      ),
      element("path", { d: area(({ ok, failed }) => ok + failed), fill: okColour, "fill-opacity": 0.45 }),
      element("path", { d: area(({ failed }) => failed), fill: failedColour }),
      ...times.map((ms) =>
        element("g", {}, [
          element("path", {
            d: `M${String(xOf(ms))} ${String(bottom)}v5`,
            stroke: "currentColor",
            "stroke-opacity": 0.6,
          }),
          element(
            "text",
            {
              x: xOf(ms),
              y: bottom + 20,
              "text-anchor": anchorOf(xOf(ms), { left, right: width - right }),
              "fill-opacity": 0.75,
            },
            [textElement(sayClock(ms, { outage, withSeconds: needsSeconds(times) }))],
          ),
        ]),
      ),
      ...marks.map((mark, index) =>
        drawMark(mark, {
          number: index + 1,
          x: xOf(mark.atMs),
          badgeX: round(badges[index] ?? 0),
          top,
          bottom,
        }),
      ),
      ...drawKey(
        { ...outage, marks },
        { left: shape === "wide" ? left : 10, top: keyTop, width: width - right, columns },
      ),
    ],
  );
}

function anchorOf(x: number, { left, right }: { left: number; right: number }): string {
  if (x - left < 18) return "start";
  return right - x < 18 ? "end" : "middle";
}

/** What the colours mean, in words, and the unit of the axis. */
function legend(
  { locale }: Outage,
  { shape, width, right, unit }: { shape: Shape; width: number; right: number; unit: string },
): string[] {
  const failed = say("picture-failed", { locale });
  const ok = say("picture-ok", { locale });
  const okX = round(width - right - widthOf(ok));
  const failedX = round(okX - widthOf(failed) - 12);
  return [
    element("text", { x: shape === "wide" ? 16 : 6, y: 15, "fill-opacity": 0.75 }, [textElement(unit)]),
    swatch(failedX, { colour: failedColour, opacity: 1, label: failed }),
    swatch(okX, { colour: okColour, opacity: 0.45, label: ok }),
  ];
}

/** Letters are about this wide in every common face; the swatches only have to stand clear of each other. */
function widthOf(text: string): number {
  return 16 + text.length * 7.4;
}

function swatch(
  x: number,
  { colour, opacity, label }: { colour: string; opacity: number; label: string },
): string {
  return element("g", {}, [
    element("rect", { x, y: 5, width: 11, height: 11, rx: 2, fill: colour, "fill-opacity": opacity }),
    element("text", { x: x + 16, y: 15 }, [textElement(label)]),
  ]);
}

/** The time in which clients felt it: a shade in the plot, and below the axis how long it was. */
function band(
  { startMs, recoveredMs, locale, untilMs }: Outage,
  {
    xOf,
    top,
    bottom,
    left,
    right,
  }: { xOf: (ms: number) => number; top: number; bottom: number; left: number; right: number },
): string[] {
  const from = Math.max(left, xOf(startMs));
  const until = Math.min(right, xOf(recoveredMs ?? untilMs));
  const rect = element("rect", {
    x: from,
    y: top,
    width: round(Math.max(1, until - from)),
    height: bottom - top,
    fill: failedColour,
    "fill-opacity": 0.08,
  });
  if (recoveredMs === null) return [rect];
  const middle = Math.min(right - 40, Math.max(left + 40, round((from + until) / 2)));
  return [
    rect,
    element("path", {
      d: `M${String(from)} ${String(bottom + 28)}v4H${String(until)}v-4`,
      fill: "none",
      stroke: failedColour,
      "stroke-width": 1.5,
    }),
    element("text", { x: middle, y: bottom + 48, "text-anchor": "middle", "font-weight": 600 }, [
      textElement(sayDuration(recoveredMs - startMs, locale)),
    ]),
  ];
}

function isUpdate({ label }: Mark): boolean {
  return label === "mark-update";
}

/** Updates can be many; where there is no room for all of them the later ones are left to the page. */
function marksThatFit(marks: readonly Mark[], room: number): Mark[] {
  const others = marks.filter((mark) => !isUpdate(mark)).length;
  const updates = marks.filter(isUpdate).slice(0, Math.max(1, room - others));
  return marks.filter((mark) => !isUpdate(mark) || updates.includes(mark)).slice(0, room);
}

/** A line down to the axis, from a number on top: square for what was deployed, round for the rest. */
function drawMark(
  { sort }: Mark,
  {
    number,
    x,
    badgeX,
    top,
    bottom,
  }: { number: number; x: number; badgeX: number; top: number; bottom: number },
): string {
  const y = 40;
  return element("g", {}, [
    element("path", {
      d: `M${String(badgeX)} ${String(y + badge / 2)}L${String(x)} ${String(top - 6)}V${String(bottom)}`,
      fill: "none",
      stroke: sort === "trouble" ? failedColour : "currentColor",
      "stroke-opacity": sort === "trouble" ? 1 : 0.55,
      ...(sort === "word" ? { "stroke-dasharray": "2 3" } : {}),
    }),
    badgeAt({ x: badgeX, y, number, sort }),
  ]);
}

/** The badge itself, for the plot and for the key. */
export function badgeAt({
  x,
  y,
  number,
  sort,
}: {
  x: number;
  y: number;
  number: number;
  sort: Mark["sort"];
}): string {
  const half = badge / 2 - 1;
  const stroke = sort === "trouble" ? failedColour : "currentColor";
  const common = { fill: "none", stroke, "stroke-width": sort === "word" ? 1 : 1.8 };
  return element("g", {}, [
    sort === "deployment"
      ? element("rect", {
          x: round(x - half),
          y: round(y - half),
          width: 2 * half,
          height: 2 * half,
          rx: 3,
          ...common,
        })
      : element("circle", { cx: x, cy: y, r: half, ...common }),
    element("text", { x, y: y + 4.2, "text-anchor": "middle", "font-size": 12, "font-weight": 600 }, [
      textElement(String(number)),
    ]),
  ]);
}

/** A file of its own is shown on whatever ground its reader has. */
const standaloneStyle =
  ".outage{color:#1d2733;background:#fff}@media(prefers-color-scheme:dark){.outage{color:#e7ecf3;background:#12171e}}";
