import type { GateDecision } from "../api/gate.ts";
import { Failure } from "../std/failure.ts";
import type { Transaction } from "../control/control.ts";
import type { GateQuestion } from "./ask-gate.ts";
import { decide } from "./decide.ts";
import { environmentNotFound } from "./environment-not-found.ts";
import type { GateServices } from "./services.ts";
import { storeDecision } from "./store-decision.ts";

/**
 * Decides for somebody who goes on at once, in the transaction that records that they do. Until its end nobody else
 * is admitted to the environment, so two that don't go together can't pass each other. The decision is given back
 * whatever it is, and kept when the transaction commits: commit a refusal too, and throw `refusalOf` it afterwards.
 * Throws `Failure` "not-found".
 */
export async function admit(
  transaction: Transaction,
  services: Pick<GateServices, "readFacts">,
  { environment, request, caller }: GateQuestion,
): Promise<GateDecision> {
  const locked = await transaction.query(
    "select from interlock_control.environments where name = $1::text for no key update",
    [environment],
  );
  if (locked.length === 0) throw environmentNotFound(environment);
  // The moment after the wait for the lock, not before it.
  const [clock] = await transaction.query<{ at: Date }>("select clock_timestamp() as at");
  if (clock === undefined) throw new Error("a clock always says something");
  const { query } = transaction;
  const facts = await services.readFacts({ query, environment, request, at: clock.at, caller });
  return storeDecision(transaction, { decided: decide(facts), facts, askedBy: caller.owner });
}

/** What to tell somebody who was not admitted: "blocked-by-gate", or "unknown-to-gate". */
export function refusalOf({ id, verdict, reasons }: GateDecision): Failure {
  const against = reasons.filter(({ effect }) => effect === "blocks" || effect === "unknown");
  return new Failure({
    code: verdict === "unknown" ? "unknown-to-gate" : "blocked-by-gate",
    message:
      verdict === "unknown"
        ? "The gate can't tell whether this is safe, so it may not go on."
        : "The gate holds this back.",
    why: against.map(({ code, message }) => `${code}: ${message}`).join("\n"),
    state: `Nothing was begun. The decision is ${id}.`,
    next: [...new Set(against.map(({ next }) => next))].join("\n"),
  });
}
