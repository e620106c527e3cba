import type { Statement } from "../database/statement.ts";
import type { Context } from "./context.ts";
import type { Endpoint } from "./endpoint.ts";
import { readPage, renderList } from "./page.ts";

/**
 * GET `path`?per_page&page: what belongs to the merchant, latest first. The statement takes $1 merchant, $2 mode,
 * $3 how many, $4 how many to pass over.
 */
export function listOfMerchant<Row extends object>({
  path,
  statement,
  render,
}: {
  path: string;
  statement: (statements: Context["statements"]) => Statement;
  render: (context: Context, row: Row) => object;
}): Endpoint {
  return {
    method: "GET",
    path,
    access: "merchant",
    async handle(context, request) {
      const page = readPage(request);
      const { merchantId, isLive } = request.caller;
      const rows = await context.database.run<Row>(statement(context.statements), [
        merchantId,
        isLive,
        page.perPage,
        page.page * page.perPage,
      ]);
      const data = rows.map((row) => render(context, row));
      return { status: 200, body: renderList(page, data) };
    },
  };
}
