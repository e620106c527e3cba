import type { GateReason } from "../../api/gate.ts";
import { appOf } from "../describe.ts";
import type { GateFacts } from "../facts.ts";
import { blocks, note } from "../reason.ts";
import { versionAsked } from "./requested.ts";

/** Releases that are running: one of an app at a time. Their versions are live, so evidence covers the rest. */
export function releases(facts: GateFacts): GateReason[] {
  const asked = versionAsked(facts);
  const { environment } = facts;
  return facts.releases.map(({ appVersion, startedBy, startedAt, isStalled }) => {
    const about = {
      message: `${appVersion} is being released by ${startedBy}, since ${startedAt}${isStalled ? ", and has not ended in the time that it was to take" : ""}.`,
      appVersion,
    };
    const end = `End it first: interlock release finish ${appVersion} --env ${environment} (or cancel)`;
    const isOfThisApp = asked !== undefined && appOf(asked) === appOf(appVersion);
    if (!isOfThisApp || asked === appVersion) {
      return note("release-running", {
        ...about,
        next: isStalled ? end : "Nothing to do: it goes on beside this.",
      });
    }
    return blocks("release-running", { ...about, next: end });
  });
}
