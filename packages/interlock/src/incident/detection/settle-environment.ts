import { rankOpenIncidents } from "../culprit/rank-open-incidents.ts";
import type { IncidentServices } from "../services.ts";
import { attach } from "./actions/attach.ts";
import { attempt } from "./actions/attempt.ts";
import type { ActionContext } from "./actions/context.ts";
import { identify } from "./actions/identify.ts";
import { open } from "./actions/open.ts";
import { recover } from "./actions/recover.ts";
import { relapse } from "./actions/relapse.ts";
import { reopen } from "./actions/reopen.ts";
import { resolve } from "./actions/resolve.ts";
import { decideDetection } from "./decide.ts";
import type { DetectionAction } from "./facts.ts";
import { readDetectionFacts } from "./read-facts.ts";

type Services = Pick<IncidentServices, "control" | "sealer" | "log">;

/** A decision follows from the one before it, a few times at most; what is left is looked at soon again. */
const mostRounds = 20;

/**
 * Does about the signals of an environment what there is to do, and answers what it did. Reading and doing is one
 * transaction, one at a time for an environment: two leaders can't both open an incident for the same trouble.
 */
export async function settleEnvironment(
  services: Services,
  environment: string,
): Promise<DetectionAction["do"][]> {
  const done: DetectionAction["do"][] = [];
  for (let round = 0; round < mostRounds; round += 1) {
    const actions = await settleOnce(services, environment);
    done.push(...actions);
    if (actions.length === 0) break;
  }
  return done;
}

async function settleOnce(
  { control, sealer, log }: Services,
  environment: string,
): Promise<DetectionAction["do"][]> {
  // Most looks find nothing to do, and hold up nobody.
  const ranked = await rankOpenIncidents(control, environment);
  const looked = decideDetection(await readDetectionFacts(control.query, environment));
  if (looked.length === 0 && !ranked) return [];
  return control.transact(async (transaction) => {
    await transaction.query(
      "select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended($1::text, 0))",
      [`detection ${environment}`],
    );
    const facts = await readDetectionFacts(transaction.query, environment);
    const actions = decideDetection(facts);
    const done: DetectionAction["do"][] = [];
    for (const action of actions) {
      // What can't be done now must not keep the rest from being done; it is tried again soon.
      const failure = await attempt(transaction, (inner) =>
        carryOut({ transaction: inner, sealer, environment, facts }, action),
      );
      if (failure === undefined) done.push(action.do);
      else {
        const { code, message, why } = failure;
        log.warn(
          { environment, action: action.do, code, why },
          `an incident does not go on by itself: ${message}`,
        );
      }
    }
    return done;
  });
}

async function carryOut(context: ActionContext, action: DetectionAction): Promise<void> {
  switch (action.do) {
    case "open":
      return open(context, action);
    case "attach":
      return attach(context, action);
    case "reopen":
      return reopen(context, action);
    case "relapse":
      return relapse(context, action);
    case "identify":
      return identify(context, action);
    case "recover":
      return recover(context, action);
    case "resolve":
      return resolve(context, action);
    default:
      return action satisfies never;
  }
}
