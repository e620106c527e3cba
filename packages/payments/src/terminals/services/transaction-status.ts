import { failure, type MessageHeader, type ServiceResponse } from "../nexo/message.ts";
import { name, object } from "../nexo/schema.ts";
import { renderPayment } from "../render-payment.ts";
import { renderReversal } from "../render-reversal.ts";
import type { Service } from "../service.ts";
import { terminalStatements } from "../statements/all.ts";
import type { TransactionRow } from "../statements/payment.ts";
import type { ReversalRow } from "../statements/reversal.ts";

interface TransactionStatusRequest {
  MessageReference: { MessageCategory?: "Payment" | "Reversal"; SaleID?: string; ServiceID: string };
}

/**
 * TransactionStatus: what became of a payment or reversal whose answer was lost, found by its SaleID and ServiceID.
 * While nobody knows, InProgress; recovery will find out, whatever became of the process that was asked.
 */
export const transactionStatus: Service<TransactionStatusRequest> = {
  schema: object({
    MessageReference: object(
      { MessageCategory: { enum: ["Payment", "Reversal"] }, SaleID: name, ServiceID: name },
      ["MessageCategory", "SaleID"],
    ),
  }),
  needsLogin: false,
  async serve({ database }, { terminal, header, request }) {
    const { MessageCategory = "Payment", SaleID = header.SaleID, ServiceID } = request.MessageReference;
    const values = [terminal.poi_id, SaleID, ServiceID];
    const about = { ...header, MessageCategory, SaleID, ServiceID };
    if (MessageCategory === "Reversal") {
      const [row] = await database.run<ReversalRow>(terminalStatements.findReversal, values);
      return repeat(about, row === undefined ? undefined : renderReversal(row));
    }
    const [row] = await database.run<TransactionRow>(terminalStatements.findTransaction, values);
    return repeat(about, row === undefined ? undefined : renderPayment(row));
  },
};

function repeat(about: MessageHeader, answer: ServiceResponse | undefined): ServiceResponse {
  if (answer === undefined) return failure("NotFound", "There is no such transaction.");
  if (answer.Response.ErrorCondition === "InProgress") return answer;
  const { MessageCategory, SaleID, ServiceID } = about;
  return {
    Response: { Result: "Success" },
    MessageReference: { MessageCategory, SaleID, ServiceID },
    RepeatedMessageResponse: {
      MessageHeader: { ...about, MessageType: "Response" },
      RepeatedResponseMessageBody: { [`${MessageCategory}Response`]: answer },
    },
  };
}
