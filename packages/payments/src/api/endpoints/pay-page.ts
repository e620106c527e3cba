import { asksForJson } from "../../page/negotiation.ts";
import { answerPage, readShown } from "../../page/payment-answer.ts";
import { parameter, type Endpoint } from "../endpoint.ts";

/**
 * GET /pay/{id}: the hosted page of a payment, for whoever has its address. As JSON, what the page itself asks
 * while it waits: how the payment stands.
 */
export const payPage: Endpoint = {
  method: "GET",
  path: "/pay/:id",
  access: "public",
  async handle(context, request) {
    const id = parameter(request, "id");
    const shown = await readShown(context, { ...request, id });
    if (asksForJson(request)) {
      return {
        status: 200,
        body: JSON.stringify({ id, object: "hosted_payment", state: shown.view.state }),
        headers: { "cache-control": "no-store" },
      };
    }
    return answerPage(context, { ...shown, asking: request, onward: request.query["onward"] === "yes" });
  },
};
