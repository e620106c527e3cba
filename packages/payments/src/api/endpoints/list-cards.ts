import { parameter, type Endpoint } from "../endpoint.ts";
import { findCustomer } from "../find-customer.ts";
import { readPage, renderList } from "../page.ts";
import { renderCard } from "../render-card.ts";
import type { CardRow } from "../statements/card.ts";

/** GET /v1/customers/{id}/cards?per_page&page, latest first. */
export const listCards: Endpoint = {
  method: "GET",
  path: "/v1/customers/:id/cards",
  access: "merchant",
  async handle(context, request) {
    const page = readPage(request);
    const id = parameter(request, "id");
    const { caller } = request;
    const rows = await context.database.run<CardRow>(context.statements.listCards, [
      id,
      caller.merchantId,
      caller.isLive,
      page.perPage,
      page.page * page.perPage,
    ]);
    // No cards, or no such customer? Only then is a second look worth it.
    if (rows.length === 0) await findCustomer(context, { caller, id });
    return { status: 200, body: renderList(page, rows.map(renderCard)) };
  },
};
