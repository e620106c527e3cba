import type { GateReason } from "../../api/gate.ts";
import { describeLive, inSentence } from "../describe.ts";
import type { GateFacts } from "../facts.ts";
import { blocks, unknown } from "../reason.ts";
import { isObserved } from "./observation.ts";

/** Whether what each live version, or the one that is to come, sends is known, and prepares on what is there now. */
export function workloads(facts: GateFacts): GateReason[] {
  const { candidate, databases, versions, request } = facts;
  if (request.kind === "release") return candidate === null ? [] : ofCandidate(candidate, facts);
  return versions.flatMap((version) => {
    const { appVersion, hasWorkload, prepares, why } = version;
    if (!hasWorkload) {
      return [
        unknown("workload-missing", {
          message: `${appVersion} is live (${describeLive(version)}), and what it sends is not known.`,
          next: `Record it (interlock record --app ${appVersion} -- npm test) and push it: interlock workload push FILE`,
          appVersion,
        }),
      ];
    }
    if (prepares !== "unknown" || !databases.every(isObserved)) return [];
    return [
      unknown("evidence-unknown", {
        message: `It is not known whether the statements of ${appVersion} prepare on the structure that is there now: ${inSentence(why)}.`,
        next: "See that each database can be reached and that Interlock's user may read what the statements name.",
        appVersion,
      }),
    ];
  });
}

function ofCandidate(
  { appVersion, hasWorkload, prepares, why }: NonNullable<GateFacts["candidate"]>,
  { databases, environment }: GateFacts,
): GateReason[] {
  if (!hasWorkload) {
    return [
      unknown("workload-missing", {
        message: `What ${appVersion} sends is not known.`,
        next: `Record it (interlock record --app ${appVersion} -- npm test) and push it: interlock workload push FILE`,
        appVersion,
      }),
    ];
  }
  if (prepares === "works") return [];
  if (prepares === "breaks") {
    return [
      blocks("version-breaks", {
        message: `Statements of ${appVersion} don't prepare on the structure of ${environment} as it is now: ${inSentence(why)}.`,
        next: "Ship the change that it needs first: interlock shipment start CHANGE",
        appVersion,
      }),
    ];
  }
  if (!databases.every(isObserved)) return [];
  return [
    unknown("evidence-unknown", {
      message: `It is not known whether the statements of ${appVersion} prepare on the structure that is there now: ${inSentence(why)}.`,
      next: "See that each database can be reached and that Interlock's user may read what the statements name.",
      appVersion,
    }),
  ];
}
