import { Temporal } from "temporal-polyfill";
import { paths, link, type Context } from "../context.ts";
import { html, type Html } from "../html.ts";
import { isOpen, isUnderWay, overallOf } from "../status-rank.ts";
import { word, type Word } from "../words.ts";
import { incidentCard, maintenanceCard } from "./incident-block.ts";
import { layout } from "./layout.ts";
import { incidentLine } from "./past-list.ts";
import { moment, plain } from "./said.ts";
import { servicesNote, serviceList } from "./service-list.ts";
import { mark, type Tone } from "./tone.ts";

/** How many days back the first page tells of what is over. */
const recentDays = 14;

/** The first page: how it is now, what is open, every component, what comes, what was lately. */
export function indexPage(context: Context, { month }: { month: string }): string {
  const { model, locale } = context;
  const open = model.incidents.filter(isOpen);
  const running = model.maintenances.filter(isUnderWay);
  const coming = model.maintenances.filter(({ status }) => status === "scheduled").toReversed();
  const name = plain(model.page.names, locale);
  const main = html`${overall(context)}
    ${open.length > 0 && section("open-incidents", context, html`${open.map((each) => incidentCard(each, context))}`)}
    ${running.length > 0 && section("running-maintenance", context, html`${running.map((each) => maintenanceCard(each, context))}`)}
    <section aria-labelledby="services">
      <div class="row">
        <h2 id="services">${word("services", locale)}</h2>
        <p class="note">${servicesNote(context)}</p>
      </div>
      ${serviceList(context)}
    </section>
    ${coming.length > 0 && section("coming-maintenance", context, html`${coming.map((each) => maintenanceCard(each, context))}`)}
    ${section("past-incidents", context, recent(context, month))}`;
  return layout(context, {
    title: word("status-of", locale, { page: name }),
    main,
    pathIn: paths.index,
    here: "index",
    month,
  });
}

function section(title: Word, { locale }: Context, content: Html): Html {
  return html`<section aria-labelledby="${title}">
    <h2 id="${title}">${word(title, locale)}</h2>
    ${content}
  </section> `;
}

function overall(context: Context): Html {
  const { model, locale } = context;
  const { indicator, worst } = overallOf(model);
  const tones: Readonly<Record<typeof indicator, Tone>> = {
    none: "ok",
    minor: "minor",
    major: "part",
    critical: "major",
    maintenance: "work",
  };
  const words: Readonly<Record<typeof indicator, Word>> = {
    none: "all-fine",
    minor: worst === "degraded_performance" ? "overall-degraded" : "overall-incident",
    major: "overall-partial",
    critical: "overall-major",
    maintenance: "overall-maintenance",
  };
  const tone = tones[indicator];
  const [before = "", after = ""] = word("changed-at", locale, { moment: "\u0000" }).split("\u0000");
  return html`<div class="overall t-${tone}">
    ${mark(tone)}
    <div>
      <h1>${word(words[indicator], locale)}</h1>
      <p class="note">${before}${moment(model.changedAt, context)}${after}</p>
    </div>
  </div>`;
}

function recent(context: Context, month: string): Html {
  const { model, locale, now } = context;
  const since = Temporal.Instant.fromEpochMilliseconds(now.getTime())
    .toZonedDateTimeISO(model.page.timeZone)
    .startOfDay()
    .subtract({ days: recentDays }).epochMilliseconds;
  const past = model.incidents.filter(
    (incident) => !isOpen(incident) && (incident.endedAt ?? incident.startedAt).getTime() >= since,
  );
  return html`${
      past.length === 0
        ? html`<p class="note">${word("no-past-incidents", locale, { days: recentDays })}</p>`
        : html`<ul class="list">
            ${past.map((incident) => incidentLine(incident, context))}
          </ul>`
    }
    <p class="more">
      <a href="${link(context, paths.history(locale, month))}">${word("all-history", locale)}</a>
    </p>`;
}
