import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Scope } from "../api/access.ts";
import type { Caller } from "../access/caller.ts";
import { Failure } from "../std/failure.ts";

/** Finds out who sends a request, from its Authorization header. Throws `Failure` "unauthenticated". */
export type Authenticate = (authorization: string | undefined) => Promise<Caller>;

/** Requests that are taken per minute. Each server counts for itself. */
export interface RateLimits {
  /** Per token: reading, and asking the gate. */
  reads: number;
  /** Per token: everything else. */
  mutations: number;
  /** Per address: requests without a token that works. */
  unauthenticated: number;
}

export const defaultRateLimits: RateLimits = { reads: 6_000, mutations: 600, unauthenticated: 300 };

/** Too many requests; `retryAfterSeconds` goes into the header of the same name. */
export class TooManyRequests extends Failure {
  readonly retryAfterSeconds: number;

  constructor({ who, max, retryAfterSeconds }: { who: string; max: number; retryAfterSeconds: number }) {
    super({
      code: "too-many-requests",
      message: `Too many requests ${who}.`,
      why: `At most ${String(max)} are taken in a minute.`,
      state: "Nothing was changed.",
      next: `Wait ${String(retryAfterSeconds)} seconds.`,
    });
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Lets a request in, or throws `Failure` "unauthenticated", "forbidden" or "too-many-requests". */
export type Admit = (request: FastifyRequest, needs: { scope: Scope | null }) => Promise<Caller>;

/** Decides who is listened to. Needs the plugin @fastify/rate-limit. */
export function makeAdmit(
  app: FastifyInstance,
  { authenticate, limits }: { authenticate: Authenticate; limits: RateLimits },
): Admit {
  const count = (max: number, keyOf: (request: FastifyRequest) => string): Counter =>
    app.createRateLimit({ max, timeWindow: 60_000, keyGenerator: keyOf }) as Counter;
  // Counted once it is known whose they are, so that nobody else's failures use up a token's own.
  const reads = count(limits.reads, ({ caller }) => `reads ${caller?.token ?? ""}`);
  const mutations = count(limits.mutations, ({ caller }) => `mutations ${caller?.token ?? ""}`);
  const failures = count(limits.unauthenticated, ({ ip }) => `failures ${ip}`);
  return async (request, { scope }) => {
    const onlyReads = request.method === "GET" || request.method === "HEAD";
    const caller = await authenticate(request.headers.authorization).catch(async (error: unknown) => {
      if (error instanceof Failure && error.code === "unauthenticated") {
        refuseAbove(await failures(request), "without a token that works from this address");
      }
      throw error;
    });
    request.caller = caller;
    refuseAbove(await (onlyReads || scope === "gate" ? reads : mutations)(request), "with this token");
    if (scope !== null && !caller.scopes.has(scope)) throw forbidden(`The token lacks the scope ${scope}.`);
    const { environment } = request.params as { environment?: string };
    const reaches =
      onlyReads ||
      environment === undefined ||
      caller.environments === null ||
      caller.environments.includes(environment);
    if (!reaches) throw forbidden("The token is for other environments only.");
    return caller;
  };
}

type Counter = (
  request: FastifyRequest,
) => Promise<
  { isAllowed: true } | { isAllowed: false; isExceeded: boolean; max: number; ttlInSeconds: number }
>;

function refuseAbove(counted: Awaited<ReturnType<Counter>>, who: string): void {
  if (counted.isAllowed || !counted.isExceeded) return;
  throw new TooManyRequests({ who, max: counted.max, retryAfterSeconds: Math.max(1, counted.ttlInSeconds) });
}

function forbidden(why: string): Failure {
  return new Failure({
    code: "forbidden",
    message: "This token may not do that.",
    why,
    state: "Nothing was changed.",
    next: "Ask an admin for a token that may.",
  });
}

declare module "fastify" {
  interface FastifyRequest {
    /** Whoever asks; undefined until they were let in. */
    caller: Caller | undefined;
  }
}
