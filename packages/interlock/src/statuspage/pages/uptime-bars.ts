import { impactLabels } from "../../language/labels.ts";
import type { Locale } from "../../api/localised.ts";
import { sayDuration } from "../../language/duration.ts";
import { speakerOf } from "../../language/speaker.ts";
import type { Context } from "../context.ts";
import { html, trustedHtml, type Html } from "../html.ts";
import type { Trouble, Uptime, UptimeDay } from "../uptime.ts";
import { word } from "../words.ts";
import { plain } from "./said.ts";
import { toneOf } from "./tone.ts";

const dayWidth = 5;
const barWidth = 3;
const height = 40;
/** Where a bar begins: the worse the day, the higher it stands out, so that colour is not all that tells. */
const tops: Readonly<Record<UptimeDay["state"], number>> = {
  "no-data": 34,
  operational: 12,
  degraded_performance: 8,
  partial_outage: 4,
  major_outage: 0,
};

/**
 * 90 days as a picture, with a sentence that says the same, and the days with trouble as a list. Days without trouble
 * are one path, so that twelve components cost hardly more than one.
 */
export function uptimeBars({ component, days, share }: Uptime, context: Context): Html {
  const { locale } = context;
  const troubled = days.filter(isTroubled);
  const [first] = days;
  const last = days.at(-1);
  if (first === undefined || last === undefined) return html``;
  const said =
    share === null
      ? word("uptime-unknown", locale)
      : word("uptime", locale, { share: percent(share, locale) });
  const text = word("uptime-text", locale, {
    component: plain(component.names, locale),
    share: said,
    count: troubled.length,
    from: day(first, locale),
    to: day(last, locale),
  });
  const bars = days.map((each, index) => {
    if (!isTroubled(each)) return "";
    const tone = toneOf(each.state as Trouble);
    const top = tops[each.state];
    return html`<rect
      class="d-${tone}"
      x="${index * dayWidth + 1}"
      y="${top}"
      width="${barWidth}"
      height="${height - top}"
      ><title>${tellDay(each, locale)}</title></rect
    >`;
  });
  return html`<svg
      class="days"
      role="img"
      aria-label="${text}"
      viewBox="0 0 ${days.length * dayWidth} ${height}"
      preserveAspectRatio="none"
    >
      ${line(days, "no-data", "d-none")}${line(days, "operational", "d-ok")}${bars}
    </svg>
    <p class="scale">
      <span>${word("days-ago", locale, { days: days.length - 1 })}</span><span>${said}</span
      ><span>${word("today", locale)}</span>
    </p>
    ${
      troubled.length > 0 &&
      html`<details>
        <summary>${word("uptime-days", locale, { count: troubled.length })}</summary>
        <ul>
          ${troubled.toReversed().map((each) => html`<li>${tellDay(each, locale)}</li>`)}
        </ul>
      </details>`
    }`;
}

/** What the bars mean, in words. */
export function uptimeKey(locale: Locale): Html {
  const states: UptimeDay["state"][] = [
    "operational",
    "degraded_performance",
    "partial_outage",
    "major_outage",
    "no-data",
  ];
  return html`<ul class="key" aria-label="${word("legend", locale)}">
    ${states.map((state) => {
      const top = tops[state];
      const label = state === "no-data" ? word(state, locale) : impactLabels[state][locale];
      const shape =
        state === "no-data" || state === "operational"
          ? html`<path
              class="${state === "no-data" ? "d-none" : "d-ok"}"
              stroke-width="8"
              d="M6 ${top}V40"
            />`
          : html`<path class="d-${toneOf(state)}" d="M2 ${top}h8V40h-8z" />`;
      return html`<li><svg viewBox="0 0 12 40" aria-hidden="true">${shape}</svg>${label}</li>`;
    })}
  </ul>`;
}

/** All days of a state without trouble as one path of strokes. */
function line(days: readonly UptimeDay[], state: "no-data" | "operational", name: string): Html {
  const from = tops[state];
  const strokes = days
    .map((each, index) =>
      each.state === state ? `M${String(index * dayWidth + 2.5)} ${String(from)}V40` : "",
    )
    .join("");
  return strokes === ""
    ? html``
    : trustedHtml(`<path class="${name}" stroke-width="${String(barWidth)}" d="${strokes}"/>`);
}

function isTroubled({ state }: UptimeDay): boolean {
  return state !== "operational" && state !== "no-data";
}

function tellDay(each: UptimeDay, locale: Locale): string {
  const parts = (Object.keys(each.ms) as Trouble[]).flatMap((trouble) => {
    const ms = each.ms[trouble];
    if (ms === 0 && !(each.isRunning && each.state === trouble)) return [];
    const status = impactLabels[trouble][locale];
    const goesOn = each.isRunning && each.state === trouble;
    const duration = goesOn ? word("still-running", locale) : sayDuration(ms, locale);
    return [word("trouble-length", locale, { status, duration })];
  });
  return word("day-trouble", locale, { day: day(each, locale), trouble: parts.join(" ; ") });
}

function day({ date }: UptimeDay, locale: Locale): string {
  return speakerOf({ locale, timeZone: "UTC" }).formatDate(new Date(`${date}T12:00:00Z`), {
    day: "numeric",
    month: "long",
    year: "numeric",
  });
}

/** `99.98 %`, rounded down: what was not quite whole is never told as 100. */
export function percent(share: number, locale: Locale): string {
  const floored = Math.floor(share * 10_000 + 1e-9) / 10_000;
  return speakerOf({ locale, timeZone: "UTC" }).formatNumber(floored, {
    style: "percent",
    minimumFractionDigits: floored === 1 ? 0 : 2,
    maximumFractionDigits: 2,
  });
}
