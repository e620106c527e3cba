/** What the service does; the name that a message header says. */
export type Category = "Login" | "Logout" | "Payment" | "Reversal" | "Abort" | "TransactionStatus";

/** The part of a Nexo Retailer 3.0 message (JSON) that says who talks to whom about what. */
export interface MessageHeader {
  ProtocolVersion: "3.0";
  MessageClass: "Service";
  MessageCategory: Category;
  MessageType: "Request";
  ServiceID: string;
  SaleID: string;
  POIID: string;
}

export type SaleToPOIRequest = { MessageHeader: MessageHeader } & Readonly<Record<string, unknown>>;

/** Why something was not done, of those that Nexo has. */
export type ErrorCondition =
  | "Aborted"
  | "Busy"
  | "InProgress"
  | "InvalidCard"
  | "LoggedOut"
  | "MessageFormat"
  | "NotAllowed"
  | "NotFound"
  | "Refusal"
  | "UnavailableService";

export type ServiceResponse = Readonly<Record<string, unknown>> & {
  Response: { Result: "Success" | "Failure"; ErrorCondition?: ErrorCondition; AdditionalResponse?: string };
};

export function failure(condition: ErrorCondition, message: string): ServiceResponse {
  return { Response: { Result: "Failure", ErrorCondition: condition, AdditionalResponse: message } };
}

export function envelope(header: MessageHeader, response: ServiceResponse): Record<string, unknown> {
  return {
    SaleToPOIResponse: {
      MessageHeader: { ...header, MessageType: "Response" },
      [`${header.MessageCategory}Response`]: response,
    },
  };
}

/**
 * What answers an Abort, which has no response of its own: `Abort` when the transaction was ended, `Completed` when
 * it had come to its end before, `Reject` when there is nothing to abort or nobody knows yet.
 */
export interface EventNotification {
  EventToNotify: "Abort" | "Completed" | "Reject";
  EventDetails: string;
}

export function eventEnvelope(
  { SaleID, POIID, ProtocolVersion }: MessageHeader,
  event: EventNotification,
): Record<string, unknown> {
  return {
    SaleToPOIRequest: {
      MessageHeader: {
        ProtocolVersion,
        MessageClass: "Event",
        MessageCategory: "Event",
        MessageType: "Notification",
        SaleID,
        POIID,
      },
      EventNotification: { TimeStamp: new Date().toISOString(), ...event },
    },
  };
}
