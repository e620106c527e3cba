import { newIdentifier } from "../../payments/identifier.ts";
import type { Context } from "../context.ts";
import { concludeClosing, type BegunClosing, type ClosingResult } from "./close-authorization.ts";

/**
 * Lets go of what a card holds for a payment: `timeout` once the authorisation has expired, `aborted` before.
 * Safe to call from several places at once; one of them does it.
 */
export async function releaseAuthorization(
  context: Context,
  { id, failureCode }: { id: string; failureCode: "aborted" | "timeout" },
): Promise<ClosingResult> {
  const reference = newIdentifier("rel");
  const [begun] = await context.database.run<BegunClosing>(context.statements.beginRelease, [
    id,
    reference,
    failureCode === "timeout",
  ]);
  if (begun === undefined) return { state: "taken" };
  const outcome = await context.acquirer.release({ reference, authorisation: begun.attempt_id });
  return concludeClosing(context, { reference, kind: "release", outcome });
}
