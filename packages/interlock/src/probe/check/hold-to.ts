import type { Expectation } from "../../api/probes.ts";
import { valueAt } from "./json-pointer.ts";
import { CheckError } from "./outcome.ts";

/** An answer over HTTP, its body cut where it is too long. */
export interface HttpAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
  isCut: boolean;
  latencyMs: number;
}

/** How much of a body is quoted where it is not as expected: errors often say what is wrong. */
const quotedLetters = 300;

/** Throws `CheckError` for the first thing that is not as expected. */
export function holdTo(answer: HttpAnswer, expected: Expectation): void {
  const { status, headers, body, latencyMs } = answer;
  if (!expected.status.includes(status)) {
    const wanted = expected.status.join(" or ");
    throw new CheckError("status", `status ${String(status)} instead of ${wanted}${quote(body)}`);
  }
  for (const [name, text] of Object.entries(expected.headers)) {
    const value = headers[name.toLowerCase()];
    if (value?.includes(text) !== true) {
      throw new CheckError(
        "header",
        `the header ${name} ${value === undefined ? "is missing" : "is another one"}`,
      );
    }
  }
  for (const text of expected.contains) {
    if (!body.includes(text)) throw new CheckError("body", `the body does not hold “${text}”${quote(body)}`);
  }
  for (const text of expected.excludes) {
    if (body.includes(text)) throw new CheckError("body", `the body holds “${text}”${quote(body)}`);
  }
  if (expected.json.length > 0) holdJson(answer, expected);
  if (expected.withinMs !== undefined && latencyMs > expected.withinMs) {
    throw new CheckError(
      "slow",
      `${String(latencyMs)} ms instead of ${String(expected.withinMs)} ms at most`,
    );
  }
}

/** Throws `CheckError` "json" where a body is none. */
export function jsonOf({ body, isCut }: Pick<HttpAnswer, "body" | "isCut">): unknown {
  if (isCut) throw new CheckError("json", "the body is longer than is read");
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw new CheckError("json", `the body is no JSON${quote(body)}`);
  }
}

function holdJson(answer: HttpAnswer, { json }: Expectation): void {
  const read = jsonOf(answer);
  for (const { at, equals, oneOf } of json) {
    const value = valueAt(read, at);
    const wanted = equals === undefined ? oneOf : [equals];
    const isRight =
      wanted === undefined ? value !== undefined && value !== null : wanted.some((one) => one === value);
    if (isRight) continue;
    const shown = value === undefined ? "missing" : JSON.stringify(value).slice(0, 100);
    const instead =
      wanted === undefined ? "" : ` instead of ${wanted.map((one) => JSON.stringify(one)).join(" or ")}`;
    throw new CheckError("json", `${at === "" ? "the body" : at} is ${shown}${instead}${quote(answer.body)}`);
  }
}

function quote(body: string): string {
  const text = body.replaceAll(/\s+/g, " ").trim();
  if (text === "") return "";
  return `: ${text.length > quotedLetters ? `${text.slice(0, quotedLetters)}…` : text}`;
}
