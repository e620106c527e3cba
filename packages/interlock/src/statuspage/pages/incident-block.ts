import type { Locale, Localised } from "../../api/localised.ts";
import { link, paths, type Context } from "../context.ts";
import { html, type Html } from "../html.ts";
import type { PageIncident, PageMaintenance } from "../page-model.ts";
import { isOpen } from "../status-rank.ts";
import { word } from "../words.ts";
import { headerBlock, maintenanceFacts } from "./header-block.ts";
import { localesOf, otherLocales, paragraphs, plain, said } from "./said.ts";
import { statusBadge, toneOfIncident, toneOfMaintenance, type Tone } from "./tone.ts";
import { updateList } from "./update-list.ts";

/** How deep in the page a block stands: the page's own subject, or one among others. */
type Level = 1 | 3;

/** An incident whole: title in every language, facts, updates; the other languages are a click away, in the page. */
export function incidentBlock(incident: PageIncident, context: Context, level: Level): Html {
  const { locale } = context;
  const tone = toneOfIncident(incident);
  const body = (inner: Context): Html =>
    html`${headerBlock(incident, inner)} ${level === 1 && html`<h2>${word("updates", inner.locale)}</h2>`}
    ${updateList(incident.updates, inner)}`;
  return html`${head({ ...incident, tone, context, level, to: paths.incident(locale, incident.reference) })}
  ${body(context)} ${otherTongues(incident.titles, context, body)}`;
}

/** A maintenance whole, in the same way. */
export function maintenanceBlock(maintenance: PageMaintenance, context: Context, level: Level): Html {
  const { locale } = context;
  const tone = toneOfMaintenance(maintenance);
  const body = (inner: Context): Html =>
    html`${maintenanceFacts(maintenance, inner)} ${describe(maintenance.descriptions, inner)}
    ${maintenance.updates.length > 0 && updateList(maintenance.updates, inner)}`;
  return html`${head({ ...maintenance, tone, context, level, to: paths.maintenance(locale, maintenance.reference) })}
  ${body(context)} ${otherTongues(maintenance.titles, context, body)}`;
}

export function incidentCard(incident: PageIncident, context: Context): Html {
  const tone = toneOfIncident(incident);
  return html`<article class="card${isOpen(incident) && " open"} t-${tone}">
    ${incidentBlock(incident, context, 3)}
  </article> `;
}

export function maintenanceCard(maintenance: PageMaintenance, context: Context): Html {
  const tone = toneOfMaintenance(maintenance);
  return html`<article class="card t-${tone}">${maintenanceBlock(maintenance, context, 3)}</article> `;
}

function head({
  titles,
  status,
  reference,
  tone,
  context,
  level,
  to,
}: Pick<PageIncident, "titles" | "reference"> & {
  status: PageIncident["status"] | PageMaintenance["status"];
  tone: Tone;
  context: Context;
  level: Level;
  to: string;
}): Html {
  const { locale } = context;
  const shown = localesOf(titles, context)[0];
  const own = titles[locale] === undefined ? shown : locale;
  const others = localesOf(titles, context).filter(
    (other) => other !== own && titles[other] !== plain(titles, locale),
  );
  const title =
    level === 1
      ? html`<h1 dir="auto">${said(titles, locale)}</h1>`
      : html`<h3 dir="auto"><a href="${link(context, to)}">${said(titles, locale)}</a></h3>`;
  return html`<div class="title">${title}${statusBadge(status, tone, locale)}</div>
    <p class="also">
      ${others.map((other) => html`<span><bdi lang="${other}">${titles[other]}</bdi></span>`)}<span
        >${reference}</span
      >
    </p>`;
}

function describe(texts: Localised, { locale }: Context): Html {
  const text = plain(texts, locale);
  if (text === "") return html``;
  const lang = texts[locale] === undefined ? Object.keys(texts)[0] : undefined;
  return lang === undefined ? html`${paragraphs(text)}` : html`<div lang="${lang}">${paragraphs(text)}</div>`;
}

/** Each other language in a fold that needs no script: the whole of it, so that it can be read as one text. */
function otherTongues(titles: Localised, context: Context, body: (inner: Context) => Html): Html {
  return html`${otherLocales(context).map(
    (other: Locale) =>
      html`<details lang="${other}">
        <summary>${word("language", other)}</summary>
        <p dir="auto"><strong>${said(titles, other)}</strong></p>
        ${body({ ...context, locale: other, isFold: true })}
      </details> `,
  )}`;
}
