import type { Category } from "./message.ts";

/** An identifier: visible ASCII. */
export const name = { type: "string", pattern: "^[\\x21-\\x7e]{1,64}$" };
export const text = { type: "string", maxLength: 128 };

/** An object in which all properties but the optional ones must be there. Others are let through, as Nexo has many. */
export function object(properties: Record<string, object>, optional: readonly string[] = []): object {
  return {
    type: "object",
    properties,
    required: Object.keys(properties).filter((key) => !optional.includes(key)),
  };
}

export const transactionIdentification = object({ TransactionID: name, TimeStamp: text });

const categories: readonly Category[] = [
  "Login",
  "Logout",
  "Payment",
  "Reversal",
  "Abort",
  "TransactionStatus",
];

/** What must be right before anything can be answered in the shape of Nexo. */
export const envelopeSchema = object({
  SaleToPOIRequest: object({
    MessageHeader: object({
      ProtocolVersion: { const: "3.0" },
      MessageClass: { const: "Service" },
      MessageCategory: { enum: categories },
      MessageType: { const: "Request" },
      ServiceID: name,
      SaleID: name,
      POIID: name,
    }),
  }),
});
