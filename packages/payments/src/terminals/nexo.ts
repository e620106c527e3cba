/** The part of a Nexo Retailer 3.0 message (JSON) that says who talks to whom about what. */
export interface MessageHeader {
  ProtocolVersion: "3.0";
  MessageClass: "Service";
  MessageCategory: "Login" | "Payment" | "TransactionStatus";
  MessageType: "Request";
  ServiceID: string;
  SaleID: string;
  POIID: string;
}

interface LoginRequest {
  DateTime: string;
}

export interface PaymentRequest {
  SaleData: { SaleTransactionID: { TransactionID: string; TimeStamp: string } };
  PaymentTransaction: { AmountsReq: { Currency: "EUR"; RequestedAmount: number } };
  PaymentData: {
    PaymentInstrumentData: { CardData: { SensitiveCardData: { PAN: string; ExpiryDate: string } } };
  };
}

export interface TransactionStatusRequest {
  MessageReference: { SaleID: string; ServiceID: string };
}

export interface SaleToPOIRequest {
  MessageHeader: MessageHeader;
  LoginRequest?: LoginRequest;
  PaymentRequest?: PaymentRequest;
  TransactionStatusRequest?: TransactionStatusRequest;
}

const name = { type: "string", minLength: 1, maxLength: 64 };

function object(properties: Record<string, object>, optional: readonly string[] = []): object {
  return {
    type: "object",
    properties,
    required: Object.keys(properties).filter((key) => !optional.includes(key)),
  };
}

/** JSON schema of the requests that this service takes. */
export const requestSchema = object({
  SaleToPOIRequest: object(
    {
      MessageHeader: object({
        ProtocolVersion: { const: "3.0" },
        MessageClass: { const: "Service" },
        MessageCategory: { enum: ["Login", "Payment", "TransactionStatus"] },
        MessageType: { const: "Request" },
        ServiceID: name,
        SaleID: name,
        POIID: name,
      }),
      LoginRequest: object({ DateTime: name }),
      PaymentRequest: object({
        SaleData: object({ SaleTransactionID: object({ TransactionID: name, TimeStamp: name }) }),
        PaymentTransaction: object({
          // Nexo amounts are decimal: 12.34 is 1,234 cents.
          AmountsReq: object({
            Currency: { const: "EUR" },
            RequestedAmount: { type: "number", minimum: 0.99, maximum: 20_000 },
          }),
        }),
        PaymentData: object({
          PaymentInstrumentData: object({
            CardData: object({
              SensitiveCardData: object({
                PAN: { type: "string", pattern: "^[0-9]{12,19}$" },
                ExpiryDate: { type: "string", pattern: "^[0-9]{4}$" },
              }),
            }),
          }),
        }),
      }),
      TransactionStatusRequest: object({ MessageReference: object({ SaleID: name, ServiceID: name }) }),
    },
    ["LoginRequest", "PaymentRequest", "TransactionStatusRequest"],
  ),
});

export type ErrorCondition =
  | "LoggedOut"
  | "InvalidCard"
  | "Refusal"
  | "MessageFormat"
  | "NotFound"
  | "InProgress"
  | "UnavailableService";

export type ServiceResponse = Record<string, unknown> & {
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
