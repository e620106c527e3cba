import { brotliCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { locales } from "../api/localised.ts";
import { headerLabels, statusLabels } from "../language/labels.ts";
import type { PageModel } from "./page-model.ts";
import { makeSiteRenderer, renderSite } from "./render-site.ts";
import type { Site } from "./site-file.ts";
import {
  cet,
  emptyModel,
  hostileModel,
  largeModel,
  maintenanceModel,
  monitoringModel,
  openModel,
  postmortemModel,
  quietModel,
  resolvedModel,
} from "./testing-models.ts";
import { textOfPage } from "./testing-text.ts";

const models: Readonly<Record<string, PageModel>> = {
  quiet: quietModel(),
  open: openModel(),
  monitoring: monitoringModel(),
  resolved: resolvedModel(),
  postmortem: postmortemModel(),
  maintenance: maintenanceModel(),
  large: largeModel(),
  empty: emptyModel(),
  hostile: hostileModel(),
};
const now = cet("15:45");

function page(model: PageModel, path: string, at = now): string {
  const file = renderSite(model, at).get(path);
  if (file === undefined) throw new Error(`there is no ${path}`);
  return file.body.toString("utf8");
}

function bytesIn(site: Site): string[] {
  return [...site].map(([path, { body }]) => `${path} ${body.toString("base64")}`);
}

describe("the 17 December", () => {
  test.each(locales)("its page in %s", (locale) => {
    expect(textOfPage(page(resolvedModel(), `${locale}/incidents/INC-12.html`))).toMatchSnapshot();
  });

  test("the first page while it goes on", () => {
    expect(textOfPage(page(openModel(), "fr/index.html", cet("14:31")))).toMatchSnapshot();
  });

  test("the post-mortem", () => {
    expect(textOfPage(page(postmortemModel(), "en/incidents/INC-12.html"))).toMatchSnapshot();
  });

  const facts = {
    fr: [
      "17 décembre 2024 à 14:17 CET",
      "17 décembre 2024 à 14:37 CET",
      "20 minutes",
      "API de Paiement",
      "Terminaux de paiement",
    ],
    en: [
      "17 December 2024 at 14:17 CET",
      "17 December 2024 at 14:37 CET",
      "20 minutes",
      "Payment API",
      "Payment terminals",
    ],
    it: [
      "17 dicembre 2024 alle ore 14:17 CET",
      "17 dicembre 2024 alle ore 14:37 CET",
      "20 minuti",
      "API di pagamento",
      "Terminali di pagamento",
    ],
  };
  test.each(locales)("every fact stands in the header in %s, and is the same in every language", (locale) => {
    const text = textOfPage(page(resolvedModel(), `${locale}/incidents/INC-12.html`));
    // The page holds all three languages, its own first: each has its header block.
    for (const each of locales) {
      const [start = "", end = "", duration = "", affected = "", unaffected = ""] = facts[each];
      const line = (key: keyof typeof headerLabels, value: string): string =>
        `${headerLabels[key][each]}: ${value}`;
      for (const wanted of [
        line("start", start),
        line("end", end),
        line("duration", duration),
        line("responsibility", "Payplug"),
        line("priority", "P1"),
        line("affected", affected),
        line("unaffected", unaffected),
      ]) {
        expect(text).toContain(wanted);
      }
      for (const status of ["identified", "monitoring", "resolved"] as const) {
        expect(text).toContain(statusLabels[status][each]);
      }
    }
    const first = text.indexOf(facts[locale][3] ?? "");
    for (const other of locales.filter((each) => each !== locale)) {
      expect(text.indexOf(facts[other][3] ?? "")).toBeGreaterThan(first);
    }
  });

  test.each(["fr", "en", "it"] as const)("moments are the same instants in every language: %s", (locale) => {
    const body = page(resolvedModel(), `${locale}/incidents/INC-12.html`);
    const instants = new Set([...body.matchAll(/<time datetime="([^"]+)"/g)].map(([, at]) => at));
    expect([...instants].toSorted()).toEqual([
      "2024-12-17T13:17:00Z",
      "2024-12-17T13:30:00Z",
      "2024-12-17T13:37:00Z",
      "2024-12-17T13:42:00Z",
      "2024-12-17T13:49:00Z",
    ]);
  });

  test("correct a fact, and every language says it", () => {
    const corrected = resolvedModel({ endedAt: cet("14:42") });
    const text = textOfPage(page(corrected, "fr/incidents/INC-12.html"));
    for (const duration of ["25 minutes", "25 minuti"]) expect(text).toContain(duration);
    expect(text).not.toContain("20 minut");
  });
});

describe.each(Object.entries(models))("the site of a page that is %s", (_, model) => {
  const site = renderSite(model, now);
  const html = [...site]
    .filter(([path]) => path.endsWith(".html"))
    .map(([path, { body }]) => [path, body.toString("utf8")] as const);

  test("every link leads to a file of the site", () => {
    const missing: string[] = [];
    for (const [path, body] of html) {
      for (const [, attribute, target = ""] of body.matchAll(/ (href|src|action)="([^"]*)"/g)) {
        if (/^(?:#|data:|mailto:)/.test(target) || attribute === "action") continue;
        const url = new URL(target, `${model.page.url}/${path}`);
        if (url.origin !== model.page.url) continue;
        if (!site.has(decodeURIComponent(url.pathname.slice(1)))) missing.push(`${path}: ${target}`);
      }
    }
    expect(missing).toEqual([]);
  });

  test("no script, no style or resource from elsewhere, a language on every page", () => {
    for (const [, body] of html) {
      expect(body).not.toMatch(/<script|<iframe|<object|<embed| on[a-z]+="|"javascript:/i);
      expect(body).not.toMatch(/(?:src|<link[^>]*rel="stylesheet"[^>]*href)="(?:https?:)?\/\//);
      expect(body).toMatch(/^<!doctype html>\s+<html lang="(?:fr|en|it)">/);
      expect(body).toContain("default-src &#39;none&#39;");
      const ids = [...body.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  test("the same data gives the same bytes at any time of the day", () => {
    // While a trouble goes on, within the hour.
    expect(bytesIn(renderSite(model, cet("15:59")))).toEqual(bytesIn(renderSite(model, cet("15:45"))));
  });
});

test("HTML and script in every field are shown as text", () => {
  const body = page(hostileModel(), "fr/incidents/INC-13.html");
  expect(body).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(body).not.toContain("<img");
  expect(body).not.toContain('href="javascript');
  expect(textOfPage(body)).toContain("<script>alert(1)</script><img src=x onerror=alert(1)>\"'&");
});

test("a text in another language says so, to readers and to who reads aloud; edits and late publication are marked", () => {
  const body = page(hostileModel(), "fr/incidents/INC-13.html");
  expect(body).toContain('<div lang="it">');
  const text = textOfPage(body);
  expect(text).toContain("Ce texte n’existe pas encore en français.");
  expect(text).toContain("publié après coup, le 15:20 CET · modifié le 15:30 CET");
});

test("a page with 12 components and an open incident is less than 30 KB with its style sheet, compressed", () => {
  const site = renderSite(largeModel({ groups: 2, members: 6 }), now);
  const bytes = ["en/index.html", "style.css"].map(
    (path) => brotliCompressSync(site.get(path)?.body ?? "").length,
  );
  expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThan(30 * 1024);
});

test("a renderer that remembers gives what one that doesn't would, whatever came before", () => {
  const render = makeSiteRenderer();
  const all = Object.values(models);
  // Also with a name, a page's address or a fact that changed: all of them use the same incident.
  const renamed = {
    ...resolvedModel(),
    components: quietModel().components.map((each) => ({ ...each, names: { en: "X" } })),
  };
  const moved = { ...resolvedModel(), page: { ...quietModel().page, url: "https://elsewhere.example.com" } };
  for (const model of [...all, renamed, moved, resolvedModel({ endedAt: cet("14:42") }), ...all]) {
    for (const at of [now, cet("10:00", "2025-02-01")]) {
      expect(bytesIn(render(model, at))).toEqual(bytesIn(renderSite(model, at)));
    }
  }
});

test("what is called off is not in the way, but its page says so", () => {
  expect(textOfPage(page(maintenanceModel(), "en/index.html"))).not.toContain("MNT-14");
  expect(textOfPage(page(maintenanceModel(), "en/maintenance/MNT-14.html"))).toContain("Cancelled");
});
