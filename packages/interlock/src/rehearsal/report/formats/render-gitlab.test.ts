import * as fc from "fast-check";
import { expect, test } from "vitest";
import { renderGitlab } from "./render-gitlab.ts";
import { anyReport, errorsOf, nowhere } from "./testing-reports.ts";

test("every issue has what GitLab asks for, and a fingerprint of its own", () => {
  fc.assert(
    fc.property(anyReport, (report) => {
      const issues = JSON.parse(renderGitlab(report, nowhere)) as Record<string, unknown>[];
      for (const issue of issues) {
        expect(issue).toMatchObject({
          description: expect.stringMatching(/./),
          check_name: expect.stringMatching(/^[a-z-]+$/),
          fingerprint: expect.stringMatching(/^[0-9a-f]{32}:\d+$/),
          severity: expect.stringMatching(/^(blocker|major)$/),
          location: { path: expect.any(String), lines: { begin: expect.any(Number) } },
        });
      }
      expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(issues.length);
      for (const { code } of errorsOf(report)) {
        expect(issues).toContainEqual(expect.objectContaining({ check_name: code, severity: "blocker" }));
      }
      expect(issues[0]?.["check_name"] === "verdict-unknown").toBe(report.verdict === "unknown");
    }),
  );
});
