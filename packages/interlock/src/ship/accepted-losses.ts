import { Failure } from "../std/failure.ts";
import { describeLosses, needsAcceptance } from "../plan/loss.ts";
import type { Plan } from "../plan/plan.ts";
import type { Execution } from "./execution.ts";
import { noteDecision } from "./journal.ts";

/** Throws `Failure` "loss-not-accepted" before a change that a rollback could not take back whole is begun. */
export function refuseUnaccepted(
  { id, losses }: Pick<Plan, "id" | "losses">,
  { isAccepted, next = acceptIt }: { isAccepted: boolean; next?: string },
): void {
  const unaccepted = losses.filter(needsAcceptance);
  if (isAccepted || unaccepted.length === 0) return;
  throw new Failure({
    code: "loss-not-accepted",
    message: `A rollback could not take change ${id} back whole, and nobody has accepted that.`,
    why: describeLosses(unaccepted).join("\n"),
    state: "Nothing was changed.",
    next,
  });
}

const acceptIt =
  "If you can live with it, ship with --accept-loss; the journal keeps what was accepted. Else write the migration so that it can be taken back, or leave that part for a change of its own.";

/** Says what may be lost as a change begins, and keeps in the journal what was accepted. */
export async function tellLosses(
  execution: Execution,
  { number, plan: { losses }, isAccepted }: { number: string; plan: Plan; isAccepted: boolean },
): Promise<void> {
  if (losses.length === 0) return;
  if (isAccepted) {
    await noteDecision(execution.session.client, {
      number,
      decision: "accept-loss",
      detail: { losses: losses.filter(({ when }) => when === "rollback") },
    });
  }
  execution.emit({ type: "losses", losses, isAccepted });
}
