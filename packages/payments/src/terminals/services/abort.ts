import type { TerminalContext } from "../context.ts";
import type { EventNotification } from "../nexo/message.ts";
import { name, object, text } from "../nexo/schema.ts";
import type { Message, Service } from "../service.ts";
import { settlePayment } from "../settle-payment.ts";
import { terminalStatements } from "../statements/all.ts";
import type { TransactionRow } from "../statements/payment.ts";

interface AbortRequest {
  AbortReason: string;
  MessageReference: { SaleID?: string; ServiceID: string; POIID?: string };
}

/**
 * Abort: ends a payment whose request has not reached the acquirer, for good: the inquiry sees to it that it can't
 * arrive later. One that the acquirer has decided stands as decided, and can be reversed.
 */
export const abort: Service<AbortRequest> = {
  schema: object({
    AbortReason: text,
    MessageReference: object(
      { MessageCategory: { const: "Payment" }, SaleID: name, ServiceID: name, POIID: name },
      ["MessageCategory", "SaleID", "POIID"],
    ),
  }),
  needsLogin: false,
  async serve(context, message) {
    const found = await find(context, message);
    if (found === undefined) return { EventToNotify: "Reject", EventDetails: "There is no such payment." };
    if (found.state !== "pending") return eventOf(found);
    const outcome = await context.acquirer.inquire(found.id);
    if (outcome.state === "unknown" || outcome.state === "challenge") {
      return { EventToNotify: "Reject", EventDetails: "The acquirer does not answer: try again." };
    }
    await settlePayment(context, { reference: found.id, outcome });
    return eventOf((await find(context, message)) ?? found);
  },
};

function eventOf({ state }: TransactionRow): EventNotification {
  return state === "aborted"
    ? { EventToNotify: "Abort", EventDetails: "The payment was aborted; nothing was charged." }
    : { EventToNotify: "Completed", EventDetails: `The payment came to its end before: ${state}.` };
}

async function find(
  { database }: TerminalContext,
  { terminal, header, request }: Message<AbortRequest>,
): Promise<TransactionRow | undefined> {
  const { SaleID = header.SaleID, ServiceID, POIID = terminal.poi_id } = request.MessageReference;
  // A terminal aborts its own payments only.
  if (POIID !== terminal.poi_id) return undefined;
  const values = [terminal.poi_id, SaleID, ServiceID];
  const [row] = await database.run<TransactionRow>(terminalStatements.findTransaction, values);
  return row;
}
