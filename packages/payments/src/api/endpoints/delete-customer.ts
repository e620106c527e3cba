import { parameter, type Endpoint } from "../endpoint.ts";
import { notFound } from "../refusal.ts";

/** DELETE /v1/customers/{id}, and the customer's cards with it. Answers JSON: client libraries read every answer. */
export const deleteCustomer: Endpoint = {
  method: "DELETE",
  path: "/v1/customers/:id",
  access: "merchant",
  async handle({ database, statements }, request) {
    const id = parameter(request, "id");
    const target = [id, request.caller.merchantId, request.caller.isLive];
    const deleted = await database.run(statements.deleteCustomer, target);
    // Also for one who was deleted before: whoever did it may not have come as far as this.
    await database.run(statements.deleteCardsLeft, target);
    if (deleted.length === 0) throw notFound("customer");
    return { status: 200, body: JSON.stringify({ id, object: "customer", deleted: true }) };
  },
};
