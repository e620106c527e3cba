import { expect, test } from "vitest";
import { nameProblems, type ValidationError } from "./name-problems.ts";

const error = (keyword: string, rest: Partial<ValidationError> = {}): ValidationError => ({
  keyword,
  instancePath: "",
  params: {},
  ...rest,
});

test.each<[ValidationError, Record<string, string>]>([
  [
    error("const", { instancePath: "/currency", params: { allowedValue: "EUR" } }),
    { currency: 'must be "EUR"' },
  ],
  [
    error("enum", { instancePath: "/initiator", params: { allowedValues: ["PAYER", "MERCHANT"] } }),
    { initiator: 'must be one of "PAYER", "MERCHANT"' },
  ],
  [error("additionalProperties", { params: { additionalProperty: "colour" } }), { colour: "is not known" }],
  [error("required", { params: { missingProperty: "currency" } }), { currency: "is missing" }],
  [
    error("required", { instancePath: "/schedule/0", params: { missingProperty: "date" } }),
    { "schedule.0.date": "is missing" },
  ],
  [error("type", { message: "must be object" }), { body: "must be object" }],
])("%j is said as %j", (given, said) => {
  expect(nameProblems([given])).toEqual(said);
});

test("of several things wrong with one field the first is said", () => {
  const wrong = [
    error("type", { instancePath: "/amount", message: "must be integer" }),
    error("minimum", { instancePath: "/amount", message: "must be >= 99" }),
  ];
  expect(nameProblems(wrong)).toEqual({ amount: "must be integer" });
});
