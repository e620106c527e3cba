import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from "fastify";
import { DatabaseBusy } from "../database/database.ts";
import { errorAnswerFor } from "../page/error-answer.ts";
import { discardBody } from "../platform/discard-body.ts";
import { reportSparingly } from "../platform/report.ts";
import { createAuthentication } from "./authentication.ts";
import type { Answer, Caller, Context } from "./context.ts";
import type { Endpoint, Request } from "./endpoint.ts";
import { endpoints } from "./endpoints/all.ts";
import { nameProblems, type ValidationError } from "./name-problems.ts";
import { errorBody, Refusal } from "./refusal.ts";
import { findUnstorableText } from "./storable-text.ts";

const jsonType = "application/json; charset=utf-8";

/** Puts every endpoint on the server, and a 404 or 405 with the API's own error object on everything else. */
export function addRoutes(app: FastifyInstance, context: Context): void {
  const authenticate = createAuthentication(context);
  const callers = new WeakMap<FastifyRequest, Caller>();
  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string" },
    (_request, body, done) => {
      done(null, Object.fromEntries(new URLSearchParams(body.toString())));
    },
  );
  // Client libraries say that they send JSON even where they send nothing: that is null, not a mistake.
  const readJson = app.getDefaultJsonParser("error", "error");
  app.removeContentTypeParser("application/json");
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    if (body.length === 0) done(null, null);
    else readJson(request, body.toString(), done);
  });
  for (const endpoint of endpoints) {
    app.route({
      method: endpoint.method,
      url: endpoint.path,
      ...(endpoint.body === undefined ? {} : { schema: { body: endpoint.body } }),
      ...(endpoint.access === "merchant"
        ? // Before the body is looked at: a caller without a key learns nothing about it.
          {
            onRequest: async (request: FastifyRequest) => {
              callers.set(request, await authenticate(request.headers.authorization));
            },
          }
        : {}),
      handler: async (request, reply) => send(reply, await answer(endpoint, request)),
    });
  }
  for (const [path, allowed] of Map.groupBy(endpoints, (endpoint) => endpoint.path)) {
    const known = allowed.map(({ method }) => method as string);
    app.route({
      // Fastify answers HEAD wherever there is a GET.
      method: app.supportedMethods.filter(
        (method) => method !== "HEAD" && !known.includes(method),
      ) as HTTPMethods[],
      url: path,
      handler: async (request, reply) => send(reply, answerOtherMethod(request.method, known)),
    });
  }
  app.setNotFoundHandler(async (request, reply) => {
    const answered = app.supportedMethods.includes(request.method)
      ? { status: 404, body: errorBody("There is nothing at this address.") }
      : { status: 405, body: errorBody("This method is not possible here.") };
    return send(reply, errorAnswerFor(request, answered));
  });
  app.setErrorHandler(async (error: unknown, request, reply) => {
    if ((error as AnyError).statusCode === 413) await discardBody(request.raw);
    return send(reply, errorAnswerFor(request, answerError(error, request)));
  });

  async function answer(endpoint: Endpoint, incoming: FastifyRequest): Promise<Answer> {
    const unstorable = findUnstorableText(incoming.body);
    if (unstorable !== undefined) {
      const problem = "must be well-formed text without U+0000";
      throw new Refusal(400, "The request is not valid.", { [unstorable]: problem });
    }
    const request: Request = {
      params: incoming.params as Record<string, string>,
      query: incoming.query as Record<string, unknown>,
      body: incoming.body ?? null,
      headers: incoming.headers,
    };
    if (endpoint.access === "public") return endpoint.handle(context, request);
    const caller = callers.get(incoming);
    if (caller === undefined) throw new Error("whoever gets here has been authenticated");
    return endpoint.handle(context, { ...request, caller });
  }
}

async function send(
  reply: FastifyReply,
  { status, body, stream, headers = {} }: Answer,
): Promise<FastifyReply> {
  return reply
    .code(status)
    .headers({ "content-type": jsonType, ...headers })
    .send(stream ?? body);
}

function answerOtherMethod(method: string, known: readonly string[]): Answer {
  const headers = { allow: known.join(", ") };
  if (method === "OPTIONS") {
    return { status: 200, body: JSON.stringify({ object: "methods", allowed: known }), headers };
  }
  return { status: 405, body: errorBody(`${method} is not possible here.`), headers };
}

interface AnyError {
  statusCode?: number;
  code?: string;
  message?: string;
  validation?: ValidationError[];
}

function answerError(thrown: unknown, request: FastifyRequest): Answer {
  if (thrown instanceof Refusal)
    return { status: thrown.status, body: errorBody(thrown.message, thrown.details) };
  if (thrown instanceof DatabaseBusy) {
    return {
      status: 503,
      body: errorBody("Too much is going on; nothing was done."),
      headers: { "retry-after": "1" },
    };
  }
  const error = thrown as AnyError;
  if (error.validation !== undefined) {
    return { status: 400, body: errorBody("The request is not valid.", nameProblems(error.validation)) };
  }
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return { status: error.statusCode, body: errorBody(error.message ?? "The request can't be read.") };
  }
  // The message of a database error can hold values, so its code alone goes on record.
  const code = error.code ?? (thrown instanceof Error ? thrown.name : "unknown");
  const route = `${request.method} ${request.routeOptions.url ?? "?"}`;
  reportSparingly(`${code} ${route}`, { event: "request-failed", route, code });
  return { status: 500, body: errorBody("Something went wrong on our side.") };
}
