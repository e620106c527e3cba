import { publicationSchema, type PublicationOnWire } from "../api/status-page-publication.ts";
import type { Publication, TargetState } from "../statuspage/publication.ts";
import { route, type Route } from "./route.ts";

export function statusPagePublicationRoutes({ publication }: { publication: Publication }): Route[] {
  return [
    route({
      method: "GET",
      path: "/status-page/publication",
      summary:
        "How it goes with the public page on this server: what it serves, and where it was written to.",
      scope: "read",
      status: 200,
      answer: publicationSchema,
      handle: async () => onWire(publication),
    }),
  ];
}

function onWire({ readAt, model, served, targets }: Publication): PublicationOnWire {
  return {
    readAt: readAt?.toISOString() ?? null,
    changedAt: model?.changedAt.toISOString() ?? null,
    files: served.size,
    bytes: [...served.values()].reduce((sum, file) => sum + file.body("identity").length, 0),
    targets: targets.map(targetOnWire),
  };
}

function targetOnWire({ place, writtenAt, failure }: TargetState): PublicationOnWire["targets"][number] {
  return {
    place,
    writtenAt: writtenAt?.toISOString() ?? null,
    failure:
      failure === null ? null : { ...failure, why: failure.why ?? null, since: failure.since.toISOString() },
  };
}
