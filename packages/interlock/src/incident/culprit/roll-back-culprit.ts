import type { WayOut } from "../../api/culprits.ts";
import type { Scope } from "../../api/access.ts";
import type { Caller } from "../../access/caller.ts";
import { cancelRelease } from "../../environment/cancel-release.ts";
import { startRelease } from "../../environment/start-release.ts";
import { refusalOf } from "../../gate/admit.ts";
import { requireEnvironment } from "../../gate/reach.ts";
import { rollBackShipment } from "../../shipment/roll-back-shipment.ts";
import type { ShipmentServices } from "../../shipment/services.ts";
import { Failure } from "../../std/failure.ts";
import { appendToTimeline } from "../append-to-timeline.ts";
import { readClock } from "../clock.ts";
import { findIncident } from "../find-incident.ts";
import { readCulprits } from "./rank-open-incidents.ts";

type Services = Pick<ShipmentServices, "control" | "admit">;

/** How long a release that mends something may take before it counts as stalled. */
const expectedMinutes = 60;

/**
 * Takes the way out of a culprit: rolls its shipment back, gives its release up, or begins the release that fits. The
 * gate is asked as ever. Throws `Failure` "not-found", "forbidden", "conflict" where Interlock knows no way out,
 * "blocked-by-gate", "unknown-to-gate", and what those verbs throw.
 */
export async function rollBackCulprit(
  services: Services,
  { incident: reference, culprit: key, caller }: { incident: string; culprit: string; caller: Caller },
): Promise<string> {
  const { control } = services;
  const { id: incident, environment } = await findIncident(control.query, reference);
  requireEnvironment(caller, environment);
  const found = (await readCulprits(control.query, incident)).find((one) => one.key === key);
  if (found === undefined) throw refused("not-found", `${key} is none of the culprits of ${reference}.`);
  const action = found.wayOut?.action ?? null;
  if (action === null) {
    throw refused(
      "conflict",
      `Interlock can't take ${key} back.`,
      found.wayOut?.text ?? "There is nothing left to take back.",
    );
  }
  requireScope(action, caller);
  const done = await carryOut(services, { action, environment, caller });
  await control.transact(async ({ query, audit, emit }) => {
    const detail = { culprit: key, action, done };
    const at = await readClock(query);
    await appendToTimeline(query, { incident, at, kind: "culprit-rolled-back", actor: caller.owner, detail });
    audit({ actor: caller.owner, action: "incident.roll-back", environment, subject: incident, detail });
    emit({ kind: "incident-changed", environment, subject: incident, detail });
  });
  return done;
}

async function carryOut(
  { control, admit }: Services,
  {
    action,
    environment,
    caller,
  }: { action: NonNullable<WayOut["action"]>; environment: string; caller: Caller },
): Promise<string> {
  switch (action.kind) {
    case "roll-back-shipment":
      await rollBackShipment({ control }, { shipment: action.shipment, caller });
      return `${action.shipment} is being rolled back`;
    case "cancel-release":
      await cancelRelease({ control }, { environment, release: action.release, caller });
      return `${action.release} was given up`;
    case "start-release": {
      const { app, version } = action;
      const started = await startRelease(
        { control, admit },
        { environment, app, version, expectedMinutes, caller },
      );
      if (started.release === null) throw refusalOf(started.decision);
      return `the release of ${app}@${version} has begun: deploy it, then say interlock release finish ${app}@${version}`;
    }
    default:
      return action satisfies never;
  }
}

function requireScope({ kind }: NonNullable<WayOut["action"]>, { scopes }: Caller): void {
  const needed: Scope = kind === "roll-back-shipment" ? "shipment:write" : "release:write";
  if (!scopes.has(needed))
    throw refused("forbidden", "This token may not do that.", `The token lacks the scope ${needed}.`);
}

function refused(code: string, message: string, why?: string): Failure {
  return new Failure({
    code,
    message,
    ...(why === undefined ? {} : { why }),
    state: "Nothing was changed.",
    next: "See what may have caused it: interlock incident culprit INCIDENT",
  });
}
