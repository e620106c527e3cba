import { fastify, type FastifyInstance, type FastifyPluginAsync } from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import { factsOf, Failure } from "../std/failure.ts";
import { problemSchema, type Problem } from "../api/problem.ts";
import type { Caller } from "../access/caller.ts";
import type { Route } from "./route.ts";
import { statusOfFailure } from "./status-of-failure.ts";

/** Finds out who sends a request, from its Authorization header. Throws `Failure` "unauthenticated". */
export type Authenticate = (authorization: string | undefined) => Promise<Caller>;

/** The HTTP application: every route below /api/v1, each answer that is no success a problem. */
export async function buildApp({
  routes,
  authenticate,
  plugins = [],
}: {
  routes: readonly Route[];
  authenticate: Authenticate;
  /** What is no route with a token and JSON, each in a context of its own. */
  plugins?: readonly FastifyPluginAsync[];
}): Promise<FastifyInstance> {
  const app = fastify({ bodyLimit: 4 * 1024 * 1024 });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(async (error, _request, reply) => {
    const { status, problem } = problemOf(error);
    await reply.status(status).send(problem);
  });
  app.setNotFoundHandler(async (_request, reply) => {
    await reply.status(404).send({ code: "not-found", message: "There is nothing at this address." });
  });
  for (const one of routes) register(app, { route: one, authenticate });
  for (const plugin of plugins) await app.register(plugin);
  await app.ready();
  return app;
}

function register(
  app: FastifyInstance,
  { route, authenticate }: { route: Route; authenticate: Authenticate },
): void {
  const { method, path, summary, description, scope, status, params, query, body, answer, handle } = route;
  app.route({
    method,
    url: `/api/v1${path}`,
    schema: {
      summary,
      ...(description === undefined ? {} : { description }),
      ...(params === undefined ? {} : { params }),
      ...(query === undefined ? {} : { querystring: query }),
      ...(body === undefined ? {} : { body }),
      response: { [status]: answer, default: problemSchema },
    },
    // Before the body is read: who may not ask is not listened to.
    onRequest: async (request) => {
      const caller = await authenticate(request.headers.authorization);
      if (!caller.scopes.has(scope)) throw forbidden(`The token lacks the scope ${scope}.`);
      const { environment } = request.params as { environment?: string };
      const reaches =
        method === "GET" ||
        environment === undefined ||
        caller.environments === null ||
        caller.environments.includes(environment);
      if (!reaches) throw forbidden(`The token is not for the environment ${environment}.`);
      callers.set(request, caller);
    },
    handler: async (request, reply) => {
      const caller = callers.get(request);
      if (caller === undefined) throw new Error("a request is authenticated before it is handled");
      const gone = new AbortController();
      request.raw.once("close", () => {
        if (!request.raw.complete || reply.raw.destroyed) gone.abort();
      });
      const input = { params: request.params, query: request.query, body: request.body, caller };
      const result = await handle({ ...input, signal: gone.signal });
      return reply.status(status).send(result);
    },
  });
}

const callers = new WeakMap<object, Caller>();

function forbidden(why: string): Failure {
  return new Failure({
    code: "forbidden",
    message: "This token may not do that.",
    why,
    state: "Nothing was changed.",
    next: "Ask an admin for a token that may.",
  });
}

/** What a client is told of an error. What is our own fault is not told in words that may hold secrets. */
function problemOf(error: unknown): { status: number; problem: Problem } {
  if (error instanceof Failure) return { status: statusOfFailure(error.code), problem: publicFacts(error) };
  return {
    status: 500,
    problem: {
      code: "internal",
      message: "Something went wrong in Interlock itself.",
      next: "See the server's log.",
    },
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
