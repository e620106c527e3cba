import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { expect, test } from "vitest";

const interlock = resolve(import.meta.dirname, "../../bin/interlock.js");

function explain(...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [interlock, "explain", ...words], (error, stdout, stderr) =>
      done({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
}

test("explain prints pages, lists codes, and says when a code is none", async () => {
  const [pages, index, none] = await Promise.all([
    explain("write-breaks", "verdict-unknown", "rename-column"),
    explain(),
    explain("no/../such"),
  ]);
  expect(pages.stdout).toMatch(/^# write-breaks\n.*\n# verdict-unknown\n.*\n# rename-column\n/s);
  expect(index.stdout).toMatch(/^statement-breaks +A statement/m);
  expect(index.stdout).toMatch(/^rename-column +A column/m);
  expect(none).toMatchObject({ code: 2, stdout: "" });
  expect(none.stderr).toContain("error[finding-not-known]");
});
