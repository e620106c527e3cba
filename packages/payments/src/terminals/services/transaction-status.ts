import type { Terminal, TerminalContext } from "../context.ts";
import { failure, type ServiceResponse, type TransactionStatusRequest } from "../nexo.ts";
import { renderTransaction } from "../render-transaction.ts";
import { terminalStatements, type TransactionRow } from "../statements.ts";

/** TransactionStatus: what became of a payment whose answer was lost, found by its SaleID and ServiceID. */
export async function transactionStatus(
  { database }: TerminalContext,
  { terminal, request }: { terminal: Terminal; request: TransactionStatusRequest },
): Promise<ServiceResponse> {
  const { SaleID, ServiceID } = request.MessageReference;
  const [row] = await database.run<TransactionRow>(terminalStatements.find, [
    terminal.poi_id,
    SaleID,
    ServiceID,
  ]);
  if (row === undefined) return failure("NotFound", "There is no such transaction.");
  const answer = renderTransaction(row);
  if (row.state === "pending") return answer;
  return {
    Response: { Result: "Success" },
    MessageReference: request.MessageReference,
    RepeatedMessageResponse: { RepeatedResponseMessageBody: { PaymentResponse: answer } },
  };
}
