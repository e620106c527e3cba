import type { Outcome, Settled } from "../../acquirer/client.ts";
import { failureMessages } from "../../payments/status.ts";
import type { Context } from "../context.ts";
import { Refusal } from "../refusal.ts";

/**
 * How an attempt to capture or let go of an authorisation ended. `taken`: it is not authorized, or somebody
 * else closes it; nothing was done. `unknown`: the acquirer did not say, and recovery will find out.
 */
export type ClosingResult =
  | { state: "done" }
  | { state: "refused"; code: string }
  | { state: "taken" }
  | { state: "unknown" };

/** What is asked of the acquirer once closing has been written down. */
export interface BegunClosing {
  attempt_id: string;
  amount_cents: number;
}

/** Writes down what the acquirer said about a capture or release; one lost answer is asked for again. */
export async function concludeClosing(
  context: Context,
  { reference, kind, outcome }: { reference: string; kind: "capture" | "release"; outcome: Outcome },
): Promise<ClosingResult> {
  const heard = outcome.state === "unknown" ? await context.acquirer.inquire(reference) : outcome;
  if (heard.state === "unknown" || heard.state === "challenge") return { state: "unknown" };
  return settleClosing(context, { reference, kind, outcome: heard });
}

/** Gives a capture or release its outcome, once; what somebody else wrote first is the same. */
export async function settleClosing(
  { database, statements }: Context,
  { reference, kind, outcome }: { reference: string; kind: "capture" | "release"; outcome: Settled },
): Promise<ClosingResult> {
  if (outcome.state === "declined") {
    await database.run(statements.refuseClosing, [reference, outcome.code]);
    return { state: "refused", code: outcome.code };
  }
  if (kind === "capture") await database.run(statements.settleCapture, [reference]);
  else {
    const { aborted, timeout } = failureMessages;
    await database.run(statements.settleRelease, [reference, aborted, timeout]);
  }
  return { state: "done" };
}

/** Throws the `Refusal` for a capture or release that did not come about; `field` is what the request asked with. */
export function refuseUnlessClosed(result: ClosingResult, field: "aborted" | "captured"): void {
  switch (result.state) {
    case "done":
      return;
    case "taken":
      throw new Refusal(409, "The authorisation has expired, or is being captured or let go.", {
        [field]: "is too late",
      });
    case "refused":
      throw new Refusal(409, "The acquirer refused; the payment is as it was.", { [field]: result.code });
    case "unknown":
      throw new Refusal(504, "The acquirer has not said yet how it went.", {
        id: "ask for the payment again in a moment; it will be settled once",
      });
  }
}
