import { callerSchema } from "../api/tokens.ts";
import { route, type Route } from "./route.ts";

/** Whoever asks, as their token says. */
export function whoamiRoutes(): Route[] {
  return [
    route({
      method: "GET",
      path: "/whoami",
      summary: "Says whose token this is and what it may do.",
      scope: null,
      status: 200,
      answer: callerSchema,
      handle: async ({ caller: { owner, token, role, scopes, environments } }) => ({
        owner,
        token,
        role,
        scopes: [...scopes].toSorted(),
        environments: environments === null ? null : [...environments],
      }),
    }),
  ];
}
