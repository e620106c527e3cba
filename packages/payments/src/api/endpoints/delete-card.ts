import type { Answer, Context } from "../context.ts";
import { parameter, type Endpoint, type MerchantRequest } from "../endpoint.ts";
import { notFound } from "../refusal.ts";

/** DELETE /v1/cards/{cardId}: nobody can charge it any more. Answers JSON: client libraries read every answer. */
export const deleteCard: Endpoint = {
  method: "DELETE",
  path: "/v1/cards/:cardId",
  access: "merchant",
  handle: async (context, request) => answer(context, request, null),
};

/** DELETE /v1/customers/{id}/cards/{cardId} */
export const deleteCustomerCard: Endpoint = {
  method: "DELETE",
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
  const deleted = await database.run(statements.deleteCard, [id, merchantId, isLive, customerId]);
  if (deleted.length === 0) throw notFound("card");
  return { status: 200, body: JSON.stringify({ id, object: "card", deleted: true }) };
}
