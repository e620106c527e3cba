import { expect, test } from "vitest";
import { isWidening } from "./raising.ts";

test.each([
  ["integer", "bigint", true],
  ["bigint", "integer", false],
  ["character varying(10)", "character varying(20)", true],
  ["character varying(20)", "character varying(10)", false],
  ["character varying(20)", "character varying", true],
  ["character varying", "character varying(20)", false],
  ["character varying(20)", "text", true],
  ["numeric(10,2)", "numeric(12,2)", true],
  ["numeric(10,2)", "numeric(11,4)", false],
  ["numeric(10,2)", "numeric(12,4)", true],
  ["numeric(12,2)", "numeric(10,2)", false],
  ["numeric(10,2)", "numeric", true],
  ["numeric", "numeric(10,2)", false],
  ["text", "jsonb", false],
])("every %s is a %s: %s", (from, to, is) => {
  expect(isWidening(from, to)).toBe(is);
});
