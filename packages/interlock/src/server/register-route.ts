import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { problemSchema } from "../api/problem.ts";
import { Failure } from "../std/failure.ts";
import type { Admit } from "./admission.ts";
import { refuseUnstorable } from "./refuse-unstorable.ts";
import type { Route } from "./route.ts";
import { strictSchema } from "./strict-schema.ts";

/** Told of every successful answer, for the figures. */
export type OnAnswer = (route: Route, answer: unknown) => void;

/** Puts a route below /api/v1. `stopping` is aborted when the server is about to stop. */
export function registerRoute(
  app: FastifyInstance,
  {
    route,
    admit,
    stopping,
    onAnswer,
  }: { route: Route; admit: Admit; stopping: AbortSignal; onAnswer: OnAnswer },
): void {
  const { method, path, scope, status, params, query, body, handle } = route;
  app.route({
    method,
    url: `/api/v1${path}`,
    ...(route.largestBody === undefined ? {} : { bodyLimit: route.largestBody }),
    schema: {
      ...describe(route),
      ...(params === undefined ? {} : { params }),
      ...(query === undefined ? {} : { querystring: strictSchema(query) }),
      ...(body === undefined ? {} : { body: strictSchema(body) }),
      response: { [status]: route.answer, default: problemSchema },
    },
    // Before the body is read: who may not ask is not listened to.
    onRequest: async (request) => {
      await admit(request, { scope });
    },
    preValidation: async (request) => {
      refuseUnstorable(request.params);
      refuseUnstorable(request.query);
      refuseUnstorable(request.body);
      if (query === undefined) refuseMembers(request.query, "query");
      if (body === undefined) refuseMembers(request.body, "body");
    },
    handler: async (request, reply) => {
      const { caller } = request;
      if (caller === undefined) throw new Error("a request is let in before it is handled");
      const gone = new AbortController();
      reply.raw.once("close", () => {
        if (!reply.raw.writableFinished) gone.abort();
      });
      const signal = AbortSignal.any([gone.signal, stopping]);
      const answer = await handle({ ...inputOf(request), caller, signal }).catch((error: unknown) => {
        throw stopping.aborted && isAbort(error) ? serverStopping(error) : error;
      });
      onAnswer(route, answer);
      return reply.status(status).send(answer);
    },
  });
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

function serverStopping(cause: unknown): Failure {
  return new Failure({
    code: "server-stopping",
    message: "The server stops and did not wait for this request to end.",
    state: "What it was waiting for goes on without it.",
    next: "Ask again in a moment, or ask another server.",
    cause,
  });
}

function inputOf({ params, query, body }: FastifyRequest): {
  params: unknown;
  query: unknown;
  body: unknown;
} {
  return { params, query, body };
}

function describe({ method, path, summary, description, scope }: Route): object {
  const needs =
    scope === null ? "Any token that works may ask." : `Needs a token with the scope \`${scope}\`.`;
  return {
    summary,
    description: description === undefined ? needs : `${description}\n\n${needs}`,
    operationId: operationId(method, path),
    tags: [resourceOf(path)],
    security: [{ token: [] }],
  };
}

/** `GET /environments/:environment/releases` → `getEnvironmentsReleases`, `…/releases/:release` → `getEnvironmentsReleasesByRelease`. */
function operationId(method: string, path: string): string {
  const parts = path.split("/").filter((part) => part !== "");
  const last = parts.at(-1);
  const named = parts.flatMap((part) => {
    if (!part.startsWith(":")) return [capitalised(part)];
    return part === last ? [`By${capitalised(part.slice(1))}`] : [];
  });
  return `${method.toLowerCase()}${named.join("")}`;
}

function capitalised(text: string): string {
  return text
    .split("-")
    .map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`)
    .join("");
}

/** What an address is about: the first word of its path, or of what follows an environment. */
function resourceOf(path: string): string {
  const within = path.replace(/^\/environments\/:environment\/(?=.)/, "/");
  return within.split("/")[1] ?? "server";
}

function refuseMembers(input: unknown, place: "query" | "body"): void {
  if (input === undefined || input === null) return;
  if (z.strictObject({}).safeParse(input).success) return;
  throw new Failure({
    code: "input-not-valid",
    message: "The request is not valid.",
    why: `This address takes no ${place === "body" ? "body" : "query parameters"}.`,
    state: "Nothing was changed.",
    next: "Leave it out; /api/v1/docs shows what each address takes.",
  });
}
