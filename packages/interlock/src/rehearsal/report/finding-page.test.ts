import { expect, test } from "vitest";
import { findingPage, webBase } from "./finding-page.ts";

test.each([
  [{ repository: { url: "git+https://github.com/octo/interlock.git" } }, "https://github.com/octo/interlock"],
  [{ repository: "https://gitlab.com/a/b/interlock" }, "https://gitlab.com/a/b/interlock"],
  [{ repository: { url: "git@github.com:octo/interlock.git" } }, undefined],
  [{}, undefined],
])("%j is on the web at %s", (facts, address) => {
  expect(webBase(facts)?.replace(/\/blob\/v[\d.]+$/, "")).toBe(address);
});

test("a page has one place", () => {
  expect(findingPage("write-breaks")).toMatch(/^(https:\/\/\S+\/)?docs\/findings\/write-breaks\.md$/);
});
