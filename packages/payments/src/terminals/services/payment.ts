import { luhnValid, readExpiry, traceOf } from "../../payments/card.ts";
import { newIdentifier } from "../../payments/identifier.ts";
import type { Terminal, TerminalContext } from "../context.ts";
import { failure, type MessageHeader, type PaymentRequest, type ServiceResponse } from "../nexo.ts";
import { renderTransaction } from "../render-transaction.ts";
import { settleTransaction } from "../settle-transaction.ts";
import { terminalStatements, type TransactionRow } from "../statements.ts";

/** Payment: charges the card that the terminal has read. The same SaleID and ServiceID charge it once. */
export async function payment(
  context: TerminalContext,
  { terminal, header, request }: { terminal: Terminal; header: MessageHeader; request: PaymentRequest },
): Promise<ServiceResponse> {
  const { PAN: number, ExpiryDate } = request.PaymentData.PaymentInstrumentData.CardData.SensitiveCardData;
  const amountCents = Math.round(request.PaymentTransaction.AmountsReq.RequestedAmount * 100);
  const expiry = readExpiry(`${ExpiryDate.slice(0, 2)}/${ExpiryDate.slice(2)}`, new Date());
  if (expiry === undefined || !luhnValid(number)) return failure("InvalidCard", "The card can't be used.");
  const trace = traceOf({ number, ...expiry });
  const id = newIdentifier("trm");
  const begun = await context.database.run(terminalStatements.begin, [
    id,
    terminal.poi_id,
    terminal.merchant_id,
    header.SaleID,
    header.ServiceID,
    request.SaleData.SaleTransactionID.TransactionID,
    amountCents,
    trace.brand,
    trace.last4,
  ]);
  if (begun.length === 0) return answerAgain(context, { terminal, header });
  let outcome = await context.acquirer.authorise({
    reference: id,
    amountCents,
    instrument: { card: { number, ...expiry, cvv: "" } },
    capture: true,
    challenge: "none",
  });
  if (outcome.state === "unknown") outcome = await context.acquirer.inquire(id);
  if (outcome.state === "unknown" || outcome.state === "challenge") {
    return failure("UnavailableService", "Not known yet: ask with TransactionStatus.");
  }
  const settled = await settleTransaction(context, { reference: id, outcome });
  return settled === undefined ? answerAgain(context, { terminal, header }) : renderTransaction(settled);
}

async function answerAgain(
  { database }: TerminalContext,
  { terminal, header }: { terminal: Terminal; header: MessageHeader },
): Promise<ServiceResponse> {
  const [row] = await database.run<TransactionRow>(terminalStatements.find, [
    terminal.poi_id,
    header.SaleID,
    header.ServiceID,
  ]);
  if (row === undefined) throw new Error("a transaction that was begun is there");
  return renderTransaction(row);
}
