import type { Statement } from "../database/statement.ts";
import type { Caller, Context } from "./context.ts";
import { parameter, type Endpoint } from "./endpoint.ts";
import { readPage, renderList } from "./page.ts";

/** A list of what lies below something, such as the refunds of a payment. */
interface Below {
  /** Throws a 404 `Refusal` where there is no such thing. Asked only when the list is empty: then it may be why. */
  find(context: Context, of: { caller: Caller; id: string }): Promise<unknown>;
}

/**
 * GET `path`?per_page&page: what belongs to the merchant, latest first. The statement takes $1 merchant, $2 mode,
 * $3 how many, $4 how many to pass over; with `below` the identifier in the path comes before them.
 */
export function listOfMerchant<Row extends object>({
  path,
  statement,
  render,
  below,
}: {
  path: string;
  statement: (statements: Context["statements"]) => Statement;
  render: (context: Context, row: Row) => object;
  below?: Below;
}): Endpoint {
  return {
    method: "GET",
    path,
    access: "merchant",
    async handle(context, request) {
      const page = readPage(request);
      const { caller } = request;
      const { merchantId, isLive } = caller;
      const above = below === undefined ? [] : [parameter(request, "id")];
      const rows = await context.database.run<Row>(statement(context.statements), [
        ...above,
        merchantId,
        isLive,
        page.perPage,
        page.page * page.perPage,
      ]);
      const [id] = above;
      if (rows.length === 0 && id !== undefined) await below?.find(context, { caller, id });
      const data = rows.map((row) => render(context, row));
      return { status: 200, body: renderList(page, data) };
    },
  };
}
