import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { XmlDocument, XsdValidator } from "libxml2-wasm";
import { expect, test } from "vitest";
import { anyReport, errorsOf } from "../testing-reports.ts";
import { renderJunit } from "./render-junit.ts";

test("a hostile report is valid XML that counts right and fails for every error", () => {
  const xsd = XmlDocument.fromBuffer(readFileSync(join(import.meta.dirname, "testing-junit.xsd")));
  const validator = XsdValidator.fromDoc(xsd);
  fc.assert(
    fc.property(anyReport, (report) => {
      const document = XmlDocument.fromString(renderJunit(report));
      validator.validate(document);
      const count = (path: string): number => document.find(path).length;
      const { attrs } = document.root;
      const total = (name: string): number => Number(attrs.find((one) => one.name === name)?.value);
      expect([total("tests"), total("failures"), total("errors")]).toEqual([
        count("//testcase"),
        count("//failure"),
        count("//error"),
      ]);
      const said = document.find("//failure | //system-out").map(({ content }) => content);
      for (const { code } of errorsOf(report)) expect(said.join("\n")).toContain(`error[${code}]`);
      expect(count("//error")).toBe(report.verdict === "unknown" ? 1 : 0);
      // Whoever looks at nothing but red and green must see red.
      const isRed = count("//failure | //error") > 0;
      expect(isRed || report.verdict === "safe").toBe(true);
      document.dispose();
    }),
  );
  validator.dispose();
  xsd.dispose();
});

test("a version that was not asked about does not pass", () => {
  const text = renderJunit({
    format: "interlock-check/1",
    verdict: "safe",
    order: "schema-first",
    deploy: "schema-first",
    reasons: [],
    files: [{ path: "a.sql", steps: [] }],
    workloads: [
      {
        app: "shop",
        version: "2.0.0",
        role: "new",
        statements: 1,
        names: ["read"],
        exercised: 1,
        brokenAtBaseline: 0,
        works: "no",
        why: [],
      },
    ],
    findings: [
      {
        code: "statement-breaks",
        severity: "note",
        when: "before-change",
        app: "shop@2.0.0",
        statement: "read",
        sqlstate: "42703",
        message: "no column",
      },
    ],
    shadow: { version: "18.4" },
    durationMs: 1,
  });
  expect(text).toContain('<skipped message="statement-breaks: 42703 no column" type="skipped"/>');
  expect(text).toContain('tests="3" failures="0" errors="0"');
});
