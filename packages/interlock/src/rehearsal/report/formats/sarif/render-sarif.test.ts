import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv, type SchemaObject } from "ajv";
import * as fc from "fast-check";
import type { Log } from "sarif";
import { expect, test } from "vitest";
import { anyReport, errorsOf, nowhere } from "../testing-reports.ts";
import { renderSarif } from "./render-sarif.ts";

/** The schema of the standard, as a package ships it; it is of an older draft than the validator's, in name only. */
function sarifSchema(): SchemaObject {
  const main = fileURLToPath(import.meta.resolve("@microsoft/jest-sarif"));
  const file = join(main, "../schemas/sarif-2.1.0-rtm.5.json");
  const { $schema: _, id: __, ...schema } = JSON.parse(readFileSync(file, "utf8")) as SchemaObject;
  return schema;
}

test("a hostile report is valid SARIF, with every error at one place and a fingerprint of its own", () => {
  const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(
    sarifSchema(),
  );
  expect(validate({ version: "2.1.0", runs: [{}] })).toBe(false);
  fc.assert(
    fc.property(anyReport, (report) => {
      const log = JSON.parse(renderSarif(report, nowhere)) as Log;
      expect(validate(log) || validate.errors).toBe(true);
      const results = log.runs[0]?.results ?? [];
      const rules = log.runs[0]?.tool.driver.rules ?? [];
      const prints = results.map((result) => result.partialFingerprints?.["primaryLocationLineHash"]);
      expect(new Set(prints).size).toBe(results.length);
      for (const { ruleId, ruleIndex, message, locations } of results) {
        expect(rules[ruleIndex ?? -1]?.id).toBe(ruleId);
        expect(locations).toHaveLength(1);
        expect(message.text).not.toContain("](");
        const uri = locations?.[0]?.physicalLocation?.artifactLocation?.uri ?? "";
        expect(new URL(uri, "https://repository.test/").origin).toMatch(
          /^https:\/\/repository\.test$|^null$/,
        );
      }
      const found = results.flatMap((result) => (result.properties?.["findings"] ?? []) as object[]);
      for (const { code: _, message, ...rest } of errorsOf(report)) {
        const statement = "statement" in rest ? { statement: rest.statement } : {};
        expect(found).toContainEqual(expect.objectContaining({ message, ...statement }));
      }
      const isUnknown = results.some(({ ruleId }) => ruleId === "verdict-unknown");
      expect(isUnknown).toBe(report.verdict === "unknown");
    }),
    { numRuns: 60 },
  );
});
