import { stripVTControlCharacters } from "node:util";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { CheckReport } from "../check-report.ts";
import { printable } from "../printable.ts";
import { formatNames, formats } from "./formats.ts";
import { renderJson } from "./render-json.ts";
import { anyReport, errorsOf, nowhere } from "./testing-reports.ts";
import { renderText } from "./text/render-text.ts";

test.each(formatNames)("%s ends with a line break and is the same every time", async (name) => {
  const render = await formats[name]();
  fc.assert(
    fc.property(anyReport, (report) => {
      const text = render(report, nowhere);
      expect(text).toMatch(/^$|\n$/);
      expect(render(structuredClone(report), nowhere)).toBe(text);
    }),
    { numRuns: 20 },
  );
});

test("JSON has everything, and a page for each finding", () => {
  fc.assert(
    fc.property(anyReport, (report) => {
      const read = JSON.parse(renderJson(report)) as CheckReport;
      const withPages = report.findings.map((finding) =>
        Object.assign({}, finding, { page: expect.stringContaining(`docs/findings/${finding.code}.md`) }),
      );
      expect(read).toEqual({ ...report, findings: withPages });
    }),
  );
});

test("text has every error, and nothing that a terminal would obey", () => {
  fc.assert(
    fc.property(anyReport, (report) => {
      const text = renderText(report, nowhere);
      expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
      for (const { message, statement = "", code } of errorsOf(report)) {
        for (const one of [code, message, statement]) expect(text).toContain(printable(one));
      }
    }),
  );
});

test("text fits a terminal of 80 columns, save words that are longer", () => {
  fc.assert(
    fc.property(anyReport, (report) => {
      const text = renderText(report, { ...nowhere, width: 80, colour: true });
      const long = stripVTControlCharacters(text)
        .split("\n")
        .filter((line) => line.length > 80);
      for (const line of long) expect(line).toMatch(/\S{30}|npx interlock|^ +│? {4}\S/);
    }),
  );
});
