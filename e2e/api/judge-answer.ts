import type { OpenApi, Operation, Schema } from "./document.ts";
import { misfits } from "./fits-schema.ts";
import type { WireAnswer } from "./send.ts";

/** As `api/problem.ts` promises it; written down again, so that a change there does not go unnoticed. */
const problem: Schema = {
  type: "object",
  required: ["code", "message"],
  additionalProperties: false,
  properties: {
    code: { type: "string", pattern: "^[a-z0-9]+(-[a-z0-9]+)*$" },
    message: { type: "string", minLength: 1 },
    why: { type: "string" },
    state: { type: "string" },
    next: { type: "string" },
    fields: { type: "object", additionalProperties: { type: "string" } },
  },
};

/** What is wrong with an answer; empty where nothing is. */
export function faultsOf(
  { document, operation, secrets }: { document: OpenApi; operation: Operation; secrets: readonly string[] },
  answer: WireAnswer,
): string[] {
  return [
    ...(answer.status >= 500 ? [`it is a ${String(answer.status)}: ${answer.body.slice(0, 300)}`] : []),
    ...ofHeaders(answer),
    ...ofSecrets(secrets, answer),
    ...(answer.status >= 200 && answer.status < 300
      ? ofSuccess(document, operation, answer)
      : ofProblem(document, answer)),
  ];
}

const needed: Readonly<Record<string, RegExp>> = {
  "x-content-type-options": /^nosniff$/,
  "content-security-policy": /default-src 'none'|default-src 'self'/,
  "x-frame-options": /^(?:DENY|SAMEORIGIN)$/i,
  "referrer-policy": /^no-referrer$/,
};

function ofHeaders({ headers, status }: WireAnswer): string[] {
  const wrong = Object.entries(needed)
    .filter(([name, shape]) => !shape.test(String(headers[name] ?? "")))
    .map(([name]) => `the header ${name} is ${String(headers[name])}`);
  if (headers["x-powered-by"] !== undefined) wrong.push("it tells what it is made with");
  if (headers["access-control-allow-origin"] !== undefined) wrong.push("other origins may read it");
  if (status === 429 && !/^\d+$/.test(String(headers["retry-after"])))
    wrong.push("429 does not say when to retry");
  return wrong;
}

function ofSecrets(secrets: readonly string[], { body, headers }: WireAnswer): string[] {
  const text = `${body}\n${JSON.stringify(headers)}`;
  return secrets
    .filter((secret) => text.includes(secret))
    .map((secret) => `it holds the secret ${secret.slice(0, 12)}…`);
}

function ofSuccess(
  document: OpenApi,
  { answers }: Operation,
  { status, body, headers }: WireAnswer,
): string[] {
  const described = answers[String(status)];
  if (described === undefined) return [`its status ${String(status)} is not described`];
  const type = String(headers["content-type"] ?? "").split(";")[0] ?? "";
  if (type !== "application/json") {
    return described.types.includes(type) ? [] : [`its type ${type} is not described`];
  }
  const value = parse(body);
  if (value === undefined) return ["it is no JSON"];
  return described.schema === undefined ? [] : misfits(document, described.schema, value.parsed);
}

function ofProblem(document: OpenApi, { body, headers, status }: WireAnswer): string[] {
  if (!/^application\/(?:problem\+)?json/.test(String(headers["content-type"]))) {
    return [`${String(status)} is no problem but ${String(headers["content-type"])}: ${body.slice(0, 200)}`];
  }
  const value = parse(body);
  if (value === undefined) return ["it is no JSON"];
  const { code, why = "" } = value.parsed as { code?: string; why?: string };
  const wrong = misfits(document, problem, value.parsed);
  if (code === "internal") wrong.push("it is our own fault");
  if (/\bat .*\.(?:ts|js):\d+/.test(`${body}${why}`)) wrong.push("it shows where in the code it went wrong");
  return wrong;
}

function parse(text: string): { parsed: unknown } | undefined {
  try {
    return { parsed: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}
