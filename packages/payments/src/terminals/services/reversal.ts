import { newIdentifier } from "../../payments/identifier.ts";
import type { TerminalContext } from "../context.ts";
import { centsOf } from "../nexo/amount.ts";
import { failure, type ServiceResponse } from "../nexo/message.ts";
import { object, transactionIdentification } from "../nexo/schema.ts";
import { renderReversal } from "../render-reversal.ts";
import type { Message, Service } from "../service.ts";
import { settleReversal } from "../settle-reversal.ts";
import { terminalStatements } from "../statements/all.ts";
import type { ReversalRow } from "../statements/reversal.ts";

interface ReversalRequest {
  OriginalPOITransaction: { POITransactionID: { TransactionID: string } };
  ReversalReason: string;
  ReversedAmount?: number;
}

interface Original {
  id: string;
  amount_cents: number;
  state: "pending" | "approved" | "declined" | "aborted" | "reversed";
  reversal_id: string | null;
}

const usedOtherwise = "This ServiceID was used for something else already.";

/** Reversal: gives a whole payment back. The same SaleID and ServiceID give it back once. */
export const reversal: Service<ReversalRequest> = {
  schema: object(
    {
      OriginalPOITransaction: object({ POITransactionID: transactionIdentification }),
      ReversalReason: {
        enum: ["CustCancel", "MerchantCancel", "Malfunction", "Unable2Compl", "SuspectedFraud"],
      },
      ReversedAmount: { type: "number" },
    },
    ["ReversedAmount"],
  ),
  needsLogin: true,
  async serve(context, message) {
    const original = await findOriginal(context, message);
    if (original === undefined) return failure("NotFound", "There is no such transaction.");
    const { ReversedAmount, ReversalReason } = message.request;
    if (ReversedAmount !== undefined && centsOf(ReversedAmount) !== original.amount_cents) {
      return failure("NotAllowed", "A payment can only be reversed as a whole.");
    }
    const id = newIdentifier("rev");
    const begun = await begin(context, { id, message, reason: ReversalReason });
    if (begun !== true) return begun;
    const { acquirer } = context;
    const { amount_cents: amountCents, id: authorisation } = original;
    let outcome = await acquirer.refund({ reference: id, authorisation, amountCents });
    if (outcome.state === "unknown") outcome = await acquirer.inquire(id);
    if (outcome.state === "unknown" || outcome.state === "challenge") {
      return failure("InProgress", "Not known yet: ask with TransactionStatus.");
    }
    await settleReversal(context, { reference: id, outcome });
    return (await findReversal(context, message)) ?? failure("NotFound", "There is no such reversal.");
  },
};

/** True: it is this message's to carry out. Otherwise the answer. */
async function begin(
  context: TerminalContext,
  { id, message, reason }: { id: string; message: Message<ReversalRequest>; reason: string },
): Promise<true | ServiceResponse> {
  const { header, terminal, request } = message;
  const originalId = request.OriginalPOITransaction.POITransactionID.TransactionID;
  try {
    const begun = await context.database.run(terminalStatements.beginReversal, [
      originalId,
      id,
      terminal.poi_id,
      header.SaleID,
      header.ServiceID,
      reason,
    ]);
    if (begun.length > 0) return true;
  } catch (error) {
    const { code, constraint } = error as { code?: string; constraint?: string };
    if (code === "23514" && constraint === "merchant_balances_policy") {
      return failure("NotAllowed", "The merchant's balance does not allow it.");
    }
    // Two messages with the same identifiers at once, for two transactions: the other one was first.
    if (code !== "23505" || constraint !== "terminal_reversals_asked_once") throw error;
    return failure("NotAllowed", usedOtherwise);
  }
  const known = await findReversal(context, message);
  return known ?? refuse(await findOriginal(context, message));
}

/** Why the transaction can't be reversed by a message that nobody has seen before. */
function refuse(original: Original | undefined): ServiceResponse {
  switch (original?.state) {
    case "pending":
      return failure("InProgress", "The payment itself is not finished.");
    case "reversed":
      return failure("NotAllowed", "The payment has been reversed already.");
    case "approved":
      return original.reversal_id === null
        ? failure("NotAllowed", usedOtherwise)
        : failure("InProgress", "The payment is being reversed by another message.");
    default:
      return failure("NotAllowed", "Nothing was charged.");
  }
}

async function findOriginal(
  { database }: TerminalContext,
  { terminal, request }: Message<ReversalRequest>,
): Promise<Original | undefined> {
  const [original] = await database.run<Original>(terminalStatements.findOriginal, [
    request.OriginalPOITransaction.POITransactionID.TransactionID,
    terminal.merchant_id,
    terminal.is_live,
  ]);
  return original;
}

async function findReversal(
  { database }: TerminalContext,
  { terminal, header, request }: Message<ReversalRequest>,
): Promise<ServiceResponse | undefined> {
  const [row] = await database.run<ReversalRow>(terminalStatements.findReversal, [
    terminal.poi_id,
    header.SaleID,
    header.ServiceID,
  ]);
  if (row === undefined) return undefined;
  return row.transaction_id === request.OriginalPOITransaction.POITransactionID.TransactionID
    ? renderReversal(row)
    : failure("NotAllowed", usedOtherwise);
}
