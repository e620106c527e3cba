import type { GateReason } from "../../api/gate.ts";
import { listNames } from "../describe.ts";
import type { GateFacts } from "../facts.ts";
import { blocks, note } from "../reason.ts";
import { endsTrouble } from "./ends-trouble.ts";

/** Statements of live versions that the watch has seen not to prepare any more. */
export function alarms(facts: GateFacts): GateReason[] {
  return facts.alarms.map(({ id, database, appVersion, raisedAt, statements }) => {
    const about = {
      message: `Alarm ${id} since ${raisedAt}: ${appVersion} has statements that don't prepare on ${database} any more: ${listNames(statements)}.`,
      appVersion,
      database,
    };
    if (!facts.versions.some((version) => version.appVersion === appVersion)) {
      return note("alarm", {
        ...about,
        next: `${appVersion} is not live any more; the alarm clears itself.`,
      });
    }
    if (endsTrouble(facts, { appVersion })) {
      return note("alarm", { ...about, next: "What is asked for here would end it." });
    }
    return blocks("alarm", {
      ...about,
      next: `Release a version that works there, or take back what changed the structure; who did it and how: interlock watch --env ${facts.environment}`,
    });
  });
}
