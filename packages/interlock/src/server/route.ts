import type { z } from "zod";
import type { Scope } from "../api/access.ts";
import type { Caller } from "../access/caller.ts";

/** What a request brings, read by the route's schemas. */
export interface RouteInput<Params, Query, Body> {
  params: Params;
  query: Query;
  body: Body;
  caller: Caller;
  /** Aborted when the client goes away or the server stops. */
  signal: AbortSignal;
}

interface Described<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Answer extends z.ZodType,
> {
  method: "GET" | "PUT" | "POST" | "PATCH" | "DELETE";
  /** Below /api/v1: `/environments/:environment/releases`. */
  path: string;
  /** One sentence, for the OpenAPI document. */
  summary: string;
  description?: string;
  /** What a token needs for it; null where any token will do. */
  scope: Scope | null;
  /** Of a success: 200, 201 or 202. */
  status: 200 | 201 | 202;
  /** Of a request's body, in bytes; by default 4 MiB. */
  largestBody?: number;
  params?: Params;
  query?: Query;
  body?: Body;
  answer: Answer;
  /** Throws `Failure` with a code that `status-of-failure.ts` knows. */
  handle: (input: RouteInput<z.output<Params>, z.output<Query>, z.output<Body>>) => Promise<z.output<Answer>>;
}

/** A route whose types are checked where it is made, and no more known where it is registered. */
export type Route = Described<z.ZodType, z.ZodType, z.ZodType, z.ZodType>;

/**
 * Describes one route. A `:environment` in its path is held against the environments that the caller's token is
 * for, unless the route only reads.
 */
export function route<
  Params extends z.ZodType = z.ZodUndefined,
  Query extends z.ZodType = z.ZodUndefined,
  Body extends z.ZodType = z.ZodUndefined,
  Answer extends z.ZodType = z.ZodUndefined,
>(described: Described<Params, Query, Body, Answer>): Route {
  return described as unknown as Route;
}
