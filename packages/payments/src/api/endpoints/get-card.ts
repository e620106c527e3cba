import { parameter, type Endpoint, type MerchantRequest } from "../endpoint.ts";
import type { Answer, Context } from "../context.ts";
import { notFound } from "../refusal.ts";
import { renderCard } from "../render-card.ts";
import type { CardRow } from "../statements/card.ts";

/** GET /v1/cards/{cardId} */
export const getCard: Endpoint = {
  method: "GET",
  path: "/v1/cards/:cardId",
  access: "merchant",
  handle: async (context, request) => answer(context, request, null),
};

/** GET /v1/customers/{id}/cards/{cardId} */
export const getCustomerCard: Endpoint = {
  method: "GET",
  path: "/v1/customers/:id/cards/:cardId",
  access: "merchant",
  handle: async (context, request) => answer(context, request, parameter(request, "id")),
};

async function answer(
  { database, statements }: Context,
  request: MerchantRequest,
  customerId: string | null,
): Promise<Answer> {
  const { merchantId, isLive } = request.caller;
  const id = parameter(request, "cardId");
  const [row] = await database.run<CardRow>(statements.getCard, [id, merchantId, isLive, customerId]);
  if (row === undefined) throw notFound("card");
  return { status: 200, body: JSON.stringify(renderCard(row)) };
}
