import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

const page = join(import.meta.dirname, "../../../../docs/guide/when-shipping-fails.md");
/** Never seen by a user: a step that is taken back because of it is tried again. */
const inner = ["version-arrived"];

test("every code with which shipping stops, and every state, is in the guide", async () => {
  const text = await readFile(page, "utf8");
  const files = (await readdir(import.meta.dirname)).filter((name) => /(?<!\.test)\.ts$/.test(name));
  const sources = await Promise.all(files.map((name) => readFile(join(import.meta.dirname, name), "utf8")));
  const codes = sources.flatMap((source) =>
    [...source.matchAll(/\b(?:code|failed):[^\n;]*?"([a-z]+(?:-[a-z]+)+)"(?:\s*:\s*"([a-z-]+)")?/g)].flatMap(
      ([, one, other]) => [one ?? "", ...(other === undefined ? [] : [other])],
    ),
  );
  const wanted = [...new Set(codes)].filter((code) => !inner.includes(code)).toSorted();
  expect(wanted.length).toBeGreaterThan(30);
  expect(wanted.filter((code) => !text.includes(`\`${code}\``))).toEqual([]);
  const record = await readFile(join(import.meta.dirname, "journal-record.ts"), "utf8");
  const states = [...(record.match(/type ChangeState =([^;]*);/)?.[1] ?? "").matchAll(/"([a-z-]+)"/g)].map(
    ([, state]) => state ?? "",
  );
  expect(states.filter((state) => !text.includes(`| \`${state}\``))).toEqual([]);
});
