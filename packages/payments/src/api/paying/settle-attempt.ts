import type { Settled } from "../../acquirer/client.ts";
import type { Statement } from "../../database/statement.ts";
import { newIdentifier } from "../../payments/identifier.ts";
import { failureCodeOf, failureMessages } from "../../payments/status.ts";
import type { Context } from "../context.ts";
import type { SettledRow } from "../statements/payment-row.ts";

export interface Attempt {
  reference: string;
  /** The amount is only held, and captured later. */
  deferred: boolean;
  savesCard: boolean;
}

/**
 * Gives an attempt its outcome: paid and booked, authorized, or failed. Undefined when somebody else
 * (recovery, or the request itself) settled it first; what they wrote stands.
 */
export async function settleAttempt(
  context: Context,
  { attempt, outcome }: { attempt: Attempt; outcome: Settled },
): Promise<SettledRow | undefined> {
  const { database } = context;
  const { statement, values } =
    outcome.state === "approved"
      ? approval(context, { attempt, outcome })
      : decline(context, { attempt, outcome });
  const [row] = await database.run<SettledRow>(statement, values);
  return row;
}

interface Write {
  statement: Statement;
  values: readonly unknown[];
}

function approval(
  { statements }: Context,
  { attempt, outcome }: { attempt: Attempt; outcome: Extract<Settled, { state: "approved" }> },
): Write {
  const { is3ds, token, fingerprint } = outcome;
  // Without a token there is nothing that could be charged again, so there is nothing to save.
  if (attempt.savesCard && token !== null && fingerprint !== null) {
    return {
      statement: attempt.deferred
        ? statements.authorizePaymentSavingCard
        : statements.settlePaymentSavingCard,
      values: [attempt.reference, is3ds, newIdentifier("card"), token, fingerprint],
    };
  }
  return {
    statement: attempt.deferred ? statements.authorizePayment : statements.settlePayment,
    values: [attempt.reference, is3ds],
  };
}

function decline(
  { statements }: Context,
  { attempt, outcome }: { attempt: Attempt; outcome: Extract<Settled, { state: "declined" }> },
): Write {
  const code = failureCodeOf(outcome.code);
  return {
    statement: statements.failPayment,
    values: [attempt.reference, code, failureMessages[code], outcome.is3ds],
  };
}
