import { messageOf } from "../std/failure.ts";
import type { Turn } from "./await-next-work.ts";
import { callerOf } from "./caller-of.ts";
import { holdShipment, isSuperseded, patiently, type Execution } from "./execution.ts";
import { reasonsOf } from "./reasons.ts";
import { paceOf } from "./services.ts";
import type { ShipmentReason } from "./shipment-rows.ts";

/**
 * Asks the gate once more where its go is older than it holds: a server died in between, or it took long to get
 * here. Returns null for a go, else the reasons against it.
 */
export async function stillGo(
  execution: Execution,
  { turn, environment }: { turn: Turn; environment: string },
): Promise<ShipmentReason[] | null> {
  const { services } = execution;
  if (Date.now() - turn.admittedAt < paceOf(services).goHoldsMs) return null;
  try {
    const decision = await patiently(execution, () =>
      services.control.transact(async (transaction) => {
        const { change, started_by } = await holdShipment(transaction, execution);
        return services.admit(transaction, {
          environment,
          request: { kind: "change", change, to: turn.task },
          caller: callerOf(started_by),
        });
      }),
    );
    return decision.verdict === "go" ? null : reasonsOf(decision);
  } catch (error) {
    if (isSuperseded(error)) throw error;
    return [
      {
        code: "gate-not-answering",
        message: `The gate could not be asked: ${messageOf(error)}`,
        next: "It is asked again by itself; see the server's log if this stays.",
      },
    ];
  }
}
