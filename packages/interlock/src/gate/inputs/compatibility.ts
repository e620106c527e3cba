import type { GateReason } from "../../api/gate.ts";
import type { GateFacts } from "../facts.ts";
import { changeContract } from "./change-contract.ts";
import { changeExpand } from "./change-expand.ts";
import { changeRollback } from "./change-rollback.ts";
import { changeStructure } from "./change-structure.ts";
import { releaseVersion } from "./release-version.ts";
import { changeAsked } from "./requested.ts";

/** Whether the versions and the structure go together after what is asked for, and on the way there. */
export function compatibility(facts: GateFacts): GateReason[] {
  const asked = changeAsked(facts);
  if (asked === undefined) return releaseVersion(facts);
  switch (asked.to) {
    case "structure":
      return changeStructure(asked);
    case "expand":
      return changeExpand(asked);
    case "contract":
      return changeContract(asked);
    case "rollback":
      return changeRollback(asked);
    default:
      return asked.to satisfies never;
  }
}
