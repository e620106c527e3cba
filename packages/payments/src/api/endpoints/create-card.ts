import type { Endpoint } from "../endpoint.ts";
import { errorBody } from "../refusal.ts";

/**
 * POST /v1/customers/{id}/cards: 405. It would take a card number through the merchant's servers and ours; the
 * hosted page hands it to the acquirer instead, which keeps it and gives us a token.
 */
export const createCard: Endpoint = {
  method: "POST",
  path: "/v1/customers/:id/cards",
  access: "merchant",
  async handle() {
    const message = "Cards are saved when they are used to pay; card numbers are not taken here.";
    return {
      status: 405,
      body: errorBody(message, { save_card: "create a payment with save_card and this customer" }),
      headers: { allow: "GET" },
    };
  },
};
