import type { Endpoint } from "../endpoint.ts";
import { notFound } from "../refusal.ts";
import { renderAccount } from "../render-account.ts";
import type { AccountRow } from "../statements/account.ts";

/** GET /v1/account: whose key it is, and what may be done with it. */
export const getAccount: Endpoint = {
  method: "GET",
  path: "/v1/account",
  access: "merchant",
  async handle({ database, statements }, { caller }) {
    const [row] = await database.run<AccountRow>(statements.getAccount, [caller.merchantId]);
    if (row === undefined) throw notFound("account");
    return {
      status: 200,
      body: JSON.stringify(renderAccount(caller, row)),
      headers: { "cache-control": "no-store" },
    };
  },
};
