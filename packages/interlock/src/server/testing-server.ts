import type { FastifyInstance } from "fastify";
import { beforeEach } from "vitest";
import { scopesOfRole, type Role } from "../api/access.ts";
import { Failure } from "../std/failure.ts";
import { useControl, type TestingControl } from "../control/testing-control.ts";
import { buildApp } from "./build-app.ts";
import type { Route } from "./route.ts";

/** For tests only: the routes of one resource on a control database of their own. */
export interface TestingServer extends TestingControl {
  /**
   * Sends a request as somebody of a role, by default an admin called "ada". `as` is "role" or "role:owner" or
   * "role:owner:environment,environment"; "nobody" sends no token.
   */
  request(
    method: "GET" | "PUT" | "POST" | "PATCH" | "DELETE",
    path: string,
    options?: { as?: string; body?: unknown },
  ): Promise<{ status: number; body: unknown }>;
}

/** Serves routes in-process; callers are made up from the test's own words, tokens have tests of their own. */
export function useServer(routesOf: (testing: TestingControl) => readonly Route[]): TestingServer {
  const testing = useControl();
  let app: FastifyInstance;
  beforeEach(async () => {
    app = await buildApp({
      routes: routesOf(testing),
      authenticate: async (authorization) => {
        const [role = "", owner = "ada", environments] = (authorization ?? "")
          .replace("Test ", "")
          .split(":");
        if (!(role in scopesOfRole)) {
          throw new Failure({ code: "unauthenticated", message: "There is no token in the request." });
        }
        const known = role as Role;
        return {
          owner,
          token: `tok_of_${owner}`,
          role: known,
          scopes: new Set(scopesOfRole[known]),
          environments: environments?.split(",") ?? null,
        };
      },
    });
    return async () => {
      await app.close();
    };
  });
  return {
    get control() {
      return testing.control;
    },
    get shadow() {
      return testing.shadow;
    },
    target: () => testing.target(),
    async request(method, path, { as = "admin", body } = {}) {
      const answer = await app.inject({
        method,
        url: `/api/v1${path}`,
        ...(as === "nobody" ? {} : { headers: { authorization: `Test ${as}` } }),
        ...(body === undefined ? {} : { payload: body as object }),
      });
      return { status: answer.statusCode, body: answer.body === "" ? undefined : (answer.json() as unknown) };
    },
  };
}
