import { newIdentifier } from "../../payments/identifier.ts";
import { createOnce } from "../create-once.ts";
import { customerSchema, type CustomerBody } from "../customer-schema.ts";
import type { Endpoint } from "../endpoint.ts";
import type { Release } from "../releases/release.ts";
import { renderCustomer } from "../render-customer.ts";
import { addressColumns, nameColumns, type CustomerRow } from "../statements/customer.ts";

const path = "/v1/customers";

/** POST /v1/customers. 201. */
export const createCustomer: Endpoint = {
  method: "POST",
  path,
  access: "merchant",
  body: customerSchema,
  async handle(context, request) {
    const body = request.body as CustomerBody;
    const row = newCustomer(body, request.caller.isLive, context.release);
    const { statements } = context;
    return createOnce(context, {
      request,
      path,
      statement:
        body.language === undefined ? statements.insertCustomerWithoutLanguage : statements.insertCustomer,
      before: [request.caller.merchantId, request.caller.isLive],
      after: [
        row.id,
        row.created_at,
        ...nameColumns.map((name) => row[name]),
        row.metadata,
        ...addressColumns.map((name) => row[name]),
        ...(body.language === undefined ? [] : [body.language]),
      ],
      rendered: renderCustomer(row),
    });
  },
};

function newCustomer(body: CustomerBody, isLive: boolean, { companyName }: Release): CustomerRow {
  return {
    id: newIdentifier("cus"),
    is_live: isLive,
    created_at: Math.floor(Date.now() / 1_000),
    title: body.title ?? null,
    first_name: body.first_name ?? null,
    last_name: body.last_name ?? null,
    email: body.email ?? null,
    mobile_phone_number: body.mobile_phone_number ?? null,
    landline_phone_number: body.landline_phone_number ?? null,
    // What longer ones are cut to when they are written.
    company_name: cut(body.company_name ?? null, companyName.longest),
    // What is written for those who named none.
    language: body.language ?? "fr",
    address1: body.address1 ?? null,
    address2: body.address2 ?? null,
    postcode: body.postcode ?? null,
    city: body.city ?? null,
    state: body.state ?? null,
    country: body.country ?? null,
    metadata: body.metadata ?? null,
  };
}

/** The first characters of a text, as PostgreSQL's left() counts them. */
function cut(text: string | null, characters: number): string | null {
  return text === null ? null : [...text].slice(0, characters).join("");
}
