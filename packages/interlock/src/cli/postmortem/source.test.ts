import { expect, test } from "vitest";
import type { Sections } from "../../postmortem/sections.ts";
import { printSource, readSource } from "./source.ts";

test("what was printed reads back the same", () => {
  const sections: Sections = {
    reference: "INC-12",
    impact: "One.\n\n- two\n- three {{duration}}",
    "root-cause": "<!-- a comment -->\ntext",
    notes: "",
  };
  const read = readSource(printSource(sections));
  expect(Object.fromEntries(Object.entries(read).filter(([, text]) => text !== ""))).toEqual({
    reference: sections.reference,
    impact: sections.impact,
    "root-cause": sections["root-cause"],
  });
});

test("a section that is not in the file stays as it is", () => {
  expect(readSource("<!-- section: impact -->\r\nshort\r\n")).toEqual({ impact: "short" });
});

test.each([
  ["<!-- section: impakt -->", "no section impakt"],
  ["hello", "before the first section"],
  ["<!-- section: impact -->\n<!-- section: impact -->", "twice"],
])("%o is refused", (text, message) => {
  expect(() => readSource(text)).toThrow(message);
});
