import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import type { Problem } from "../api/problem.ts";
import { sqlstateOf } from "../database/sqlstate.ts";
import { factsOf, Failure } from "../std/failure.ts";
import { statusOfFailure } from "./status-of-failure.ts";

/**
 * What a client is told of an error. What is our own fault is not told in words that may hold secrets: `fault`
 * says that it belongs into the log.
 */
export function problemOf(
  error: unknown,
  { requestId }: { requestId: string },
): { status: number; problem: Problem; fault: boolean } {
  if (error instanceof Failure) {
    const status = statusOfFailure(error.code);
    return { status, problem: publicFacts(error), fault: status === 500 };
  }
  const known = invalidInput(error) ?? refusedByFastify(error) ?? refusedByPostgres(error);
  if (known !== undefined) return { ...known, fault: false };
  return {
    status: 500,
    problem: {
      code: "internal",
      message: "Something went wrong in Interlock itself.",
      state: "Whether anything was changed is not known.",
      next: `See the server's log for request ${requestId}, and report it.`,
    },
    fault: true,
  };
}

function publicFacts(failure: Failure): Problem {
  const { code, message, why, state, next } = factsOf(failure);
  return {
    code,
    message,
    ...(why === undefined ? {} : { why }),
    ...(state === undefined ? {} : { state }),
    ...(next === undefined ? {} : { next }),
  };
}

/** Names of wrong fields are the client's own words and may be long. */
const longestName = 200;
const mostFields = 50;

function invalidInput(error: unknown): { status: number; problem: Problem } | undefined {
  if (!hasZodFastifySchemaValidationErrors(error)) return undefined;
  const place = { body: "body", querystring: "query", params: "path", headers: "headers" }[
    error.validationContext ?? "body"
  ];
  const fields: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const { instancePath, message, params } of error.validation.slice(0, mostFields)) {
    const path = instancePath.split("/").filter((part) => part !== "");
    const unknown: unknown = Reflect.get(params, "keys");
    if (Array.isArray(unknown)) {
      for (const name of unknown.slice(0, mostFields)) {
        fields[nameOf([...path, String(name)], place)] = "is not known here";
      }
    } else fields[nameOf(path, place)] = message ?? "is not valid";
  }
  return {
    status: 400,
    problem: {
      code: "input-not-valid",
      message: "The request is not valid.",
      state: "Nothing was changed.",
      next: "Correct the fields; /api/v1/docs shows what each address takes.",
      fields,
    },
  };
}

function nameOf(path: readonly string[], place: string): string {
  const name = path.length === 0 ? place : path.join(".");
  return name.length > longestName ? `${name.slice(0, longestName)}…` : name;
}

const contentType = {
  code: "content-type-not-supported",
  message: "The request's body is not JSON.",
  next: "Send JSON with the header Content-Type: application/json.",
};
const notJson = {
  code: "json-not-valid",
  message: "The request's body is not valid JSON.",
  next: "Send valid JSON, with its length, and without members named __proto__ or constructor.",
};

const ofFastify: Readonly<Record<string, { status: number; code: string; message: string; next: string }>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { status: 415, ...contentType },
  FST_ERR_CTP_INVALID_TYPE: { status: 415, ...contentType },
  FST_ERR_CTP_EMPTY_JSON_BODY: { status: 400, ...notJson },
  FST_ERR_CTP_INVALID_JSON_BODY: { status: 400, ...notJson },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: { status: 400, ...notJson },
  FST_ERR_CTP_BODY_TOO_LARGE: {
    status: 413,
    code: "too-large",
    message: "The request's body is too large.",
    next: "Send at most 4 MiB.",
  },
  FST_ERR_BAD_URL: {
    status: 400,
    code: "address-not-valid",
    message: "The address can't be read.",
    next: "Percent-encode special characters as UTF-8.",
  },
};

/** What fastify itself refuses before a route is asked. */
function refusedByFastify(error: unknown): { status: number; problem: Problem } | undefined {
  if (!(error instanceof Error)) return undefined;
  const code: unknown = Reflect.get(error, "code");
  const known = typeof code === "string" ? ofFastify[code] : undefined;
  const state = "Nothing was changed.";
  if (known !== undefined) {
    const { status, ...words } = known;
    return { status, problem: { ...words, state } };
  }
  const status: unknown = Reflect.get(error, "statusCode");
  if (typeof status !== "number" || status < 400 || status > 499) return undefined;
  // The parser's message may quote what was sent.
  if (error instanceof SyntaxError) return { status: 400, problem: { ...notJson, state } };
  const next = "/api/v1/docs shows what each address takes.";
  return {
    status,
    problem: { code: "request-not-valid", message: "The request can't be taken.", state, next },
  };
}

/** Input that no schema caught, and races that no code foresaw: PostgreSQL refused them, and nothing was committed. */
function refusedByPostgres(error: unknown): { status: number; problem: Problem } | undefined {
  const sqlstate = sqlstateOf(error) ?? "";
  const state = "Nothing was changed.";
  if (/^22(003|007|008|021|P02|P05)$/.test(sqlstate)) {
    const message = "A value in the request can't be stored.";
    const why = `PostgreSQL refused it (${sqlstate}).`;
    const next = "See what is sent; /api/v1/docs shows what each address takes.";
    return { status: 400, problem: { code: "input-not-valid", message, why, state, next } };
  }
  if (/^(23505|23503|23P01|40001|40P01)$/.test(sqlstate)) {
    const message = "Somebody else changed the same at the same moment.";
    const next = "Look how things are now, and try again if it still makes sense.";
    return { status: 409, problem: { code: "conflict", message, state, next } };
  }
  return undefined;
}
