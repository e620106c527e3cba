import * as fc from "fast-check";
import MarkdownIt from "markdown-it";
import { describe, expect, test } from "vitest";
import type { CheckReport } from "../../check-report.ts";
import { clip, printable } from "../../printable.ts";
import { anyReport, errorsOf, nowhere } from "../testing-reports.ts";
import { renderMarkdown } from "./render-markdown.ts";

const markdown = new MarkdownIt({ html: true, linkify: true });
// GitHub makes links of what begins with a scheme or www., not of whatever looks like a host or an address.
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false });

test("nothing of a hostile report is Markdown, HTML or a mention, and every error can be read", () => {
  fc.assert(
    fc.property(anyReport, (report) => {
      const text = renderMarkdown(report, nowhere);
      expect(text).toMatch(/^<!-- interlock-check -->\n### /);
      const html = markdown.render(text);
      // Whatever is not of ours has become text.
      expect(html.match(/<(?:script|img|a|b|del|s|em|input|h1|h2|hr)\b/g)).toBeNull();
      // GitHub mentions nobody in code.
      expect(html.replace(/<code[^>]*>[^<]*<\/code>/g, "")).not.toMatch(/(?<![\p{L}\p{N}])@\w/u);
      expect(html.split("<details>").length).toBe(html.split("</details>").length);
      const rows = [...html.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = ""]) => row.split(/<t[hd]\b/));
      for (const cells of rows) expect([2, 3, 6]).toContain(cells.length - 1);
      const shown = textOf(html);
      for (const { message, statement = "" } of errorsOf(report)) {
        for (const one of [message, statement]) expect(shown).toContain(squeezed(clip(printable(one), 400)));
      }
    }),
    { numRuns: 150 },
  );
});

/** What a browser would show, without spaces and what has no width. */
function textOf(html: string): string {
  return squeezed(
    html
      .replace(/<[^>]+>/g, "")
      .replace(/&#(\d+);/g, (_, number: string) => String.fromCodePoint(Number(number)))
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&quot;", '"')
      .replaceAll("&amp;", "&"),
  );
}

function squeezed(text: string): string {
  return text.replace(/[\s\u200B]+/g, "");
}

function broken(count: number): CheckReport["findings"] {
  return Array.from({ length: count }, (_, index) => ({
    code: "statement-breaks",
    severity: "error",
    when: "after-change",
    app: "shop@1.0.0",
    statement: `statement-${String(index)}`,
    file: "a.sql",
    line: index % 40,
    sqlstate: "42703",
    message: "x".repeat(500),
  }));
}

function reportWith(count: number): CheckReport {
  return {
    format: "interlock-check/1",
    verdict: "unsafe",
    order: "split",
    deploy: "schema-first",
    reasons: [],
    files: [{ path: "a.sql", steps: [] }],
    workloads: [],
    findings: broken(count),
    shadow: { version: "18.4" },
    durationMs: 1_000,
  };
}

describe("a comment", () => {
  test("is never longer than GitHub takes, and says what it left out", () => {
    const text = renderMarkdown(reportWith(2_000), nowhere);
    expect(text.length).toBeLessThanOrEqual(65_536);
    expect(text.length).toBeGreaterThan(60_000);
    expect(text).toMatch(/\*\*\d+ parts of this report did not fit and are left out here\.\*\*/);
    expect(text).toContain("unsafe, order split");
    expect(text).toContain("Rehearsed on PostgreSQL 18.4");
    expect(text.split("<details>").length).toBe(text.split("</details>").length);
  });

  test("that fits says nothing of the kind", () => {
    expect(renderMarkdown(reportWith(20), nowhere)).not.toContain("did not fit");
  });
});
