import { z } from "zod";
import { gateDecisionSchema } from "../api/gate.ts";
import { nameSchema } from "../api/names.ts";
import { releaseReferenceSchema, releaseSchema, startReleaseSchema } from "../api/releases.ts";
import type { Control } from "../control/control.ts";
import { cancelRelease } from "../environment/cancel-release.ts";
import { finishRelease } from "../environment/finish-release.ts";
import { listReleases } from "../environment/list-releases.ts";
import { startRelease } from "../environment/start-release.ts";
import { admit, refusalOf } from "../gate/admit.ts";
import type { GateServices } from "../gate/services.ts";
import { route, type Route } from "./route.ts";

const params = z.object({ environment: nameSchema });
const ofRelease = params.extend({ release: releaseReferenceSchema });

/** App versions going to an environment. */
export function releaseRoutes(services: { control: Control; readFacts: GateServices["readFacts"] }): Route[] {
  const { control } = services;
  return [
    route({
      method: "GET",
      path: "/environments/:environment/releases",
      summary: "Lists the last releases, the newest first.",
      scope: "read",
      status: 200,
      params,
      query: z.object({
        open: z.enum(["true", "false"]).default("false"),
        limit: z.coerce.number().int().min(1).max(500).default(50),
      }),
      answer: z.object({ releases: z.array(releaseSchema) }),
      handle: async ({ params: { environment }, query: { open, limit } }) => ({
        releases: await listReleases(control.query, { environment, isOpen: open === "true", limit }),
      }),
    }),
    route({
      method: "POST",
      path: "/environments/:environment/releases",
      summary: "Begins the release of an app version, if the gate lets it.",
      description:
        "409 `blocked-by-gate` or `unknown-to-gate` where it does not, with the reasons. A release of the same version that runs already is answered with that one.",
      scope: "release:write",
      status: 200,
      params,
      body: startReleaseSchema,
      answer: z.object({
        release: releaseSchema,
        /** Null for a release that ran already. */
        decision: gateDecisionSchema.nullable(),
        isNew: z.boolean(),
      }),
      handle: async ({ params: { environment }, body, caller }) => {
        const started = await startRelease(
          { control, admit: (transaction, asked) => admit(transaction, services, asked) },
          { environment, ...body, caller },
        );
        // Thrown after the transaction: the decision is kept, whatever it was.
        if (started.release === null) throw refusalOf(started.decision);
        return started;
      },
    }),
    route({
      method: "POST",
      path: "/environments/:environment/releases/:release/finish",
      summary: "Says that a release is through: its version replaces those before it.",
      description: "The release by its id, or by `app@version`.",
      scope: "release:write",
      status: 200,
      params: ofRelease,
      answer: releaseSchema,
      handle: ({ params: asked, caller }) => finishRelease({ control }, { ...asked, caller }),
    }),
    route({
      method: "POST",
      path: "/environments/:environment/releases/:release/cancel",
      summary: "Says that a release was given up: its version counts as live only while it has sessions.",
      description: "The release by its id, or by `app@version`.",
      scope: "release:write",
      status: 200,
      params: ofRelease,
      answer: releaseSchema,
      handle: ({ params: asked, caller }) => cancelRelease({ control }, { ...asked, caller }),
    }),
  ];
}
