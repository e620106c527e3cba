import { billing, metadata } from "./schemas.ts";

/** What a merchant may say of a customer: as of who is billed, and metadata. */
const members = {
  ...billing.properties,
  company_name: { type: ["string", "null"], maxLength: 255 },
  language: { type: "string", pattern: "^[a-z]{2}$" },
  metadata,
};

/** At least one of the members, and none that nobody knows. */
export const customerSchema = {
  type: "object",
  properties: members,
  minProperties: 1,
  additionalProperties: false,
};

type Text = Exclude<keyof typeof members, "metadata" | "language">;

export type CustomerBody = Partial<Record<Text, string | null>> & {
  language?: string;
  metadata?: Record<string, unknown> | null;
};
