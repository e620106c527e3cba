import type { GateDecision, GateRequest } from "../api/gate.ts";
import type { Caller } from "../access/caller.ts";
import { decide } from "./decide.ts";
import { environmentNotFound } from "./environment-not-found.ts";
import type { GateServices } from "./services.ts";
import { storeDecision } from "./store-decision.ts";

/** A question to the gate, and whose it is. */
export interface GateQuestion {
  environment: string;
  request: GateRequest;
  caller: Caller;
}

/**
 * Decides, and keeps the decision with the facts that it was made from. It holds for this moment and lets nobody
 * in: what begins a release or a shipment goes through `admit`. Throws `Failure` "not-found".
 */
export async function askGate(
  services: GateServices,
  { environment, request, caller }: GateQuestion,
): Promise<GateDecision> {
  const { control, readFacts } = services;
  const [row] = await control.query<{ at: Date }>(
    "select clock_timestamp() as at from interlock_control.environments where name = $1::text",
    [environment],
  );
  if (row === undefined) throw environmentNotFound(environment);
  const facts = await readFacts({ query: control.query, environment, request, at: row.at, caller });
  return control.transact((transaction) =>
    storeDecision(transaction, { decided: decide(facts), facts, askedBy: caller.owner }),
  );
}
