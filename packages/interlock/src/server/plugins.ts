import type { FastifyPluginAsync } from "fastify";
import type { Services } from "./services.ts";

/** What is no route with a token and JSON, one line each. */
export function allPlugins(_services: Services): FastifyPluginAsync[] {
  return [];
}
