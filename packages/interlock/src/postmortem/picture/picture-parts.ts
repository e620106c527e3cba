import { table } from "../markdown.ts";
import { say } from "../wording/say.ts";
import { describeOutage, rowsOf } from "./describe-outage.ts";
import { drawOutage } from "./draw-outage.ts";
import type { Outage } from "./outage.ts";
import { textElement } from "./svg.ts";

/** Rows of the table beside the picture, at most. */
const mostRows = 24;

/** What a page's own stylesheet needs, so that phones see the narrow picture; without it everybody sees the wide one. */
export const pictureCss = "@media(max-width:40rem){.outage-wide{display:none}.outage-narrow{display:block}}";

/** The picture for a page: both shapes, and its figures as a table for whoever does not see it. */
export function pictureHtml(outage: Outage): string {
  const { locale } = outage;
  const headings = headingsOf(outage).map((text) => `<th scope="col">${textElement(text)}</th>`);
  const rows = rowsOf(outage, mostRows).map(
    ({ clock, failed, ok }) =>
      `<tr><td>${textElement(clock)}</td><td>${textElement(failed)}</td><td>${textElement(ok)}</td></tr>`,
  );
  const { description } = describeOutage(outage);
  return [
    '<figure class="outage-figure">',
    drawOutage(outage, { shape: "wide" }),
    drawOutage(outage, { shape: "narrow" }),
    `<figcaption>${textElement(description)}</figcaption>`,
    `<details><summary>${textElement(say("picture-table", { locale }))}</summary>`,
    `<table><thead><tr>${headings.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></details>`,
    "</figure>",
  ].join("");
}

/** The picture where there is only text: its sentence, and its figures. */
export function pictureMarkdown(outage: Outage): string {
  const { description } = describeOutage(outage);
  const rows = rowsOf(outage, mostRows).map(({ clock, failed, ok }) => [clock, failed, ok]);
  return `${description}\n\n${table(headingsOf(outage), rows)}`;
}

function headingsOf({ locale }: Outage): string[] {
  return (["picture-time", "picture-failed", "picture-ok"] as const).map((key) => say(key, { locale }));
}
