import { z } from "zod";
import { idSchema } from "../api/names.ts";
import { makeTokenSchema, madeTokenSchema, tokenSchema, tokensSchema } from "../api/tokens.ts";
import { listTokens } from "../access/list-tokens.ts";
import { makeToken } from "../access/make-token.ts";
import { revokeToken } from "../access/revoke-token.ts";
import type { Control } from "../control/control.ts";
import { route, type Route } from "./route.ts";

/** API tokens: made, listed, revoked. */
export function tokenRoutes({ control }: { control: Control }): Route[] {
  return [
    route({
      method: "POST",
      path: "/tokens",
      summary: "Makes a token.",
      description:
        "The answer's `secret` is the token itself: it is shown this once. A token may do no more than the one that makes it.",
      scope: "token:write",
      status: 201,
      body: makeTokenSchema,
      answer: madeTokenSchema,
      handle: ({ body, caller }) => makeToken(control, { wanted: body, caller }),
    }),
    route({
      method: "GET",
      path: "/tokens",
      summary: "Lists every token, the newest first, without the tokens themselves.",
      scope: "token:write",
      status: 200,
      answer: tokensSchema,
      handle: async () => ({ tokens: await listTokens(control) }),
    }),
    route({
      method: "DELETE",
      path: "/tokens/:token",
      summary: "Revokes a token: every server refuses it within two seconds.",
      scope: "token:write",
      status: 200,
      params: z.object({ token: idSchema("tok") }),
      answer: tokenSchema,
      handle: ({ params, caller }) => revokeToken(control, { token: params.token, caller }),
    }),
  ];
}
