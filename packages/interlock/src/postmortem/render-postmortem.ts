import type { Locale } from "../api/localised.ts";
import type { PostmortemDocument } from "../api/postmortems.ts";
import { sayMoment } from "../language/moment.ts";
import { actionsBlock, statementsBlock, timelineBlock, type Reader } from "./blocks.ts";
import type { PostmortemFacts } from "./facts.ts";
import { escapeMarkdown, htmlOf } from "./markdown.ts";
import { drawOutage } from "./picture/draw-outage.ts";
import { outageOf, type Outage } from "./picture/outage.ts";
import { pictureCss, pictureHtml, pictureMarkdown } from "./picture/picture-parts.ts";
import { textElement } from "./picture/svg.ts";
import { factIn, fillPlaceholders, inlinePlaceholders, type InlinePlaceholder } from "./placeholders.ts";
import { sectionsFor, type Audience, type Sections } from "./sections.ts";
import type { Series } from "./series/series.ts";
import { say } from "./wording/say.ts";

/** What a post-mortem is rendered from. */
export interface Rendered {
  facts: PostmortemFacts;
  series: Series;
  /** When each public update was published. */
  updates: readonly Date[];
  sections: Sections;
  isStale: boolean;
  publishedAt: Date | null;
  editedAt: Date | null;
  locale: Locale;
  audience: Audience;
}

/** Where the picture goes; no author's text holds this letter. */
const place = "\uE000";

/** A post-mortem in one language for one audience: the author's Markdown with today's facts in it. Pure. */
export function renderPostmortem(rendered: Rendered): PostmortemDocument {
  const { facts, sections, locale, audience, publishedAt, editedAt, isStale } = rendered;
  const outage = outageOf(facts, rendered);
  const title = `${say("post-mortem", { locale })}: ${factIn(facts, "title", locale) ?? facts.reference}`;
  const written = sectionsFor(sections, audience).flatMap(({ key, text }) => {
    const filled = fill(text, { facts, outage, reader: { locale, audience } });
    // A section that was only a picture of figures that nobody has, or a table with nothing in it.
    if (filled.replaceAll(place, "").trim() === "" && outage === null) return [];
    return [
      {
        key,
        heading: say(`section-${key}`, { locale }),
        markdown: filled.replaceAll(place, outage === null ? "" : pictureMarkdown(outage)).trim(),
        html: withPicture(htmlOf(filled), outage),
      },
    ];
  });
  const shown = written.filter(({ html }) => html.trim() !== "");
  const edited =
    editedAt === null
      ? null
      : say("edited-on", {
          locale,
          values: { moment: sayMoment(editedAt, { locale, timeZone: facts.timeZone }) },
        });
  return {
    reference: facts.reference,
    locale,
    audience,
    title,
    isStale,
    publishedAt: publishedAt?.toISOString() ?? null,
    editedAt: editedAt?.toISOString() ?? null,
    markdown: `${[
      `# ${escapeMarkdown(title)}`,
      ...(edited === null ? [] : [`*${edited}*`]),
      ...shown.map(({ heading, markdown }) => `## ${heading}\n\n${markdown}`),
    ].join("\n\n")}\n`,
    html: shown
      .map(
        ({ key, heading, html }) =>
          `<section lang="${locale}"><h3 id="${key}-${locale}">${textElement(heading)}</h3>\n${html}</section>`,
      )
      .join("\n"),
    sections: shown,
    picture:
      outage === null
        ? null
        : {
            wide: drawOutage(outage, { shape: "wide" }),
            narrow: drawOutage(outage, { shape: "narrow" }),
            css: pictureCss,
            alone: drawOutage(outage, { shape: "wide", isAlone: true }),
          },
  };
}

function fill(
  text: string,
  { facts, outage, reader }: { facts: PostmortemFacts; outage: Outage | null; reader: Reader },
): string {
  const { locale } = reader;
  return fillPlaceholders(text.replaceAll(place, ""), (name) => {
    switch (name) {
      case "timeline":
        return timelineBlock(facts, reader);
      case "actions":
        return actionsBlock(facts, reader);
      case "statements":
        return statementsBlock(facts, reader);
      case "picture":
        return outage === null ? "" : place;
      default:
        if (!isInline(name)) return undefined;
        return escapeMarkdown(factIn(facts, name, locale) ?? say("not-known", { locale }));
    }
  });
}

function isInline(name: string): name is InlinePlaceholder {
  return (inlinePlaceholders as readonly string[]).includes(name);
}

/** The picture is ours and goes in after everything else was made safe. */
function withPicture(html: string, outage: Outage | null): string {
  if (outage === null) return html;
  return html.replaceAll(`<p>${place}</p>`, () => pictureHtml(outage)).replaceAll(place, "");
}
