import { z } from "zod";
import { idSchema } from "../api/names.ts";
import { acceptRuleSchema, liftRuleSchema, newRuleSchema, ruleListSchema, ruleSchema } from "../api/rules.ts";
import type { Control } from "../control/control.ts";
import { acceptRule } from "../gate/accept-rule.ts";
import { addRule } from "../gate/add-rule.ts";
import { liftRule } from "../gate/lift-rule.ts";
import { listRules } from "../gate/list-rules.ts";
import { route, type Route } from "./route.ts";

const ofRule = z.object({ rule: idSchema("rul") });

/** Blocks, freezes, size limits and required approvals. */
export function rulesRoutes(services: { control: Control }): Route[] {
  return [
    route({
      method: "GET",
      path: "/rules",
      summary: "The rules that are in force or proposed, the latest first.",
      scope: "read",
      status: 200,
      query: z.object({
        all: z.enum(["true", "false"]).default("false").describe("those that have ended, too"),
      }),
      answer: ruleListSchema,
      handle: async ({ query }) => ({ rules: await listRules(services, { all: query.all === "true" }) }),
    }),
    route({
      method: "POST",
      path: "/rules",
      summary: "Adds a block, in force at once, or proposes another rule.",
      description:
        "The answer holds the backtest: which changes of the past it would have held back. A rule that is proposed comes into force when somebody else accepts exactly that backtest.",
      scope: "rule:write",
      status: 201,
      body: newRuleSchema,
      answer: ruleSchema,
      handle: ({ body, caller }) => addRule(services, { rule: body, caller }),
    }),
    route({
      method: "POST",
      path: "/rules/:rule/accept",
      summary: "Brings a proposed rule into force, by the digest of the backtest that was read.",
      scope: "rule:write",
      status: 200,
      params: ofRule,
      body: acceptRuleSchema,
      answer: ruleSchema,
      handle: ({ params, body, caller }) =>
        acceptRule(services, { rule: params.rule, digest: body.backtest, caller }),
    }),
    route({
      method: "POST",
      path: "/rules/:rule/lift",
      summary: "Takes a rule away, with the reason.",
      scope: "rule:write",
      status: 200,
      params: ofRule,
      body: liftRuleSchema,
      answer: ruleSchema,
      handle: ({ params, body, caller }) =>
        liftRule(services, { rule: params.rule, reason: body.reason, caller }),
    }),
  ];
}
