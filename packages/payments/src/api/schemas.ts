const text = { type: ["string", "null"], maxLength: 500 };

/** Names and addresses as the Payment API takes them. Members nobody knows are refused, not dropped. */
const person = {
  title: text,
  first_name: text,
  last_name: text,
  email: { ...text, pattern: "^[^\\s@]+@[^\\s@]+$" },
  mobile_phone_number: text,
  landline_phone_number: text,
  address1: text,
  address2: text,
  company_name: text,
  postcode: text,
  city: text,
  state: text,
  // ISO 3166-1 alpha-2, ISO 639-1.
  country: { ...text, pattern: "^[A-Z]{2}$" },
  language: { ...text, pattern: "^[a-z]{2}$" },
};

export const billing = { type: ["object", "null"], additionalProperties: false, properties: person };

export const shipping = {
  type: ["object", "null"],
  additionalProperties: false,
  properties: {
    ...person,
    delivery_type: {
      enum: [
        "BILLING",
        "VERIFIED",
        "NEW",
        "SHIP_TO_STORE",
        "DIGITAL_GOODS",
        "TRAVEL_OR_EVENT",
        "OTHER",
        null,
      ],
    },
  },
};

export const metadata = {
  type: ["object", "null"],
  maxProperties: 20,
  propertyNames: { maxLength: 100 },
  additionalProperties: { type: ["string", "number", "boolean", "null"], maxLength: 500 },
};

/** An http or https address without credentials, spaces or control characters. */
export const url = {
  type: ["string", "null"],
  maxLength: 2_000,
  pattern: "^https?://[^\\s/?#@\\\\]+([/?#][^\\s]*)?$",
};
