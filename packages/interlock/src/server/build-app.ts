import rateLimit from "@fastify/rate-limit";
import { fastify, type FastifyInstance, type FastifyPluginAsync, type FastifyReply } from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import { newId } from "../std/new-id.ts";
import type { Log } from "../std/log.ts";
import {
  defaultRateLimits,
  makeAdmit,
  TooManyRequests,
  type Admit,
  type Authenticate,
  type RateLimits,
} from "./admission.ts";
import { answerBadRequest } from "./answer-bad-request.ts";
import { logAnswers, logFault } from "./log-answers.ts";
import { registerOpenapi } from "./openapi.ts";
import { problemOf } from "./problem-of-error.ts";
import { registerRoute, type OnAnswer } from "./register-route.ts";
import type { Route } from "./route.ts";
import { bareSecurityHeaders, registerSecurityHeaders } from "./security-headers.ts";

export type { Authenticate } from "./admission.ts";

export interface AppOptions {
  routes: readonly Route[];
  authenticate: Authenticate;
  /** What is no route with a token and JSON, each in a context of its own. */
  plugins?: readonly FastifyPluginAsync[];
  /** What is served beside the routes and needs to know who asks: events, figures, health. */
  extras?: (app: FastifyInstance, admit: Admit) => void;
  limits?: RateLimits;
  log?: Log;
  /** Aborted when the server is about to stop: what waits or streams ends then. */
  stopping?: AbortSignal;
  onAnswer?: OnAnswer;
}

/** Who sends more at once is not listened to. */
const largestBody = 4 * 1024 * 1024;

/** How long a client may take to send a request, in milliseconds. */
const requestTimeoutMs = 30_000;

/** The HTTP application: every route below /api/v1, each answer that is no success a problem. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { routes, authenticate, plugins = [], limits = defaultRateLimits, log = silent } = options;
  const stopping = options.stopping ?? new AbortController().signal;
  const app = fastify({
    bodyLimit: largestBody,
    requestTimeout: requestTimeoutMs,
    forceCloseConnections: "idle",
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 200 },
    genReqId: () => newId("req"),
    clientErrorHandler: answerBadRequest,
    frameworkErrors: (error, request, reply) => {
      reply.headers({ ...bareSecurityHeaders, "x-request-id": request.id });
      answerError(error, { id: request.id, reply: reply as unknown as FastifyReply, log });
    },
  });
  // JSON alone: what no route reads is not parsed.
  app.removeContentTypeParser("text/plain");
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler((error, request, reply) => {
    answerError(error, { id: request.id, reply, log });
  });
  app.setNotFoundHandler(async (_request, reply) => {
    await reply.status(404).send({
      code: "not-found",
      message: "There is nothing at this address.",
      next: "See /api/v1/docs for what there is.",
    });
  });
  app.decorateRequest("caller", undefined);
  logAnswers(app, log);
  await registerSecurityHeaders(app);
  await app.register(rateLimit, { global: false });
  await registerOpenapi(app);
  const admit = makeAdmit(app, { authenticate, limits });
  const onAnswer = options.onAnswer ?? ((): void => undefined);
  for (const route of routes) registerRoute(app, { route, admit, stopping, onAnswer });
  options.extras?.(app, admit);
  for (const plugin of plugins) await app.register(plugin);
  await app.ready();
  return app;
}

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

function answerError(
  error: unknown,
  { id, reply, log }: { id: string; reply: FastifyReply; log: Log },
): void {
  const { status, problem, fault } = problemOf(error, { requestId: id });
  if (fault) logFault(log, { error, id });
  if (error instanceof TooManyRequests) reply.header("retry-after", String(error.retryAfterSeconds));
  if (status === 401) reply.header("www-authenticate", "Bearer");
  if (status === 503) reply.header("retry-after", "5");
  void reply.status(status).send(problem);
}
