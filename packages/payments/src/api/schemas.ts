const text = { type: ["string", "null"], maxLength: 500 };

/** Names and addresses as the Payment API takes them. Members nobody knows are refused, not dropped. */
const person = {
  title: text,
  first_name: text,
  last_name: text,
  email: text,
  mobile_phone_number: text,
  landline_phone_number: text,
  address1: text,
  address2: text,
  company_name: text,
  postcode: text,
  city: text,
  state: text,
  country: text,
  language: text,
};

export const billing = { type: ["object", "null"], additionalProperties: false, properties: person };

export const shipping = {
  type: ["object", "null"],
  additionalProperties: false,
  properties: { ...person, delivery_type: text },
};

export const metadata = {
  type: ["object", "null"],
  maxProperties: 20,
  additionalProperties: { type: ["string", "number", "boolean", "null"], maxLength: 500 },
};

export const url = { type: ["string", "null"], maxLength: 2_000, pattern: "^https?://" };
