import { pageAddress } from "../../page/payment-address.ts";
import { seeOther } from "../../page/payment-answer.ts";
import { parameter, type Endpoint } from "../endpoint.ts";
import { finishChallenge } from "../paying/pay-with-card.ts";
import { Refusal } from "../refusal.ts";

/**
 * GET /pay/{id}/return: the card holder comes back from their bank. 303 to the page of the payment, which leads
 * on to the merchant when it went well. Coming here without having been at the bank, or twice, changes nothing.
 */
export const payReturn: Endpoint = {
  method: "GET",
  path: "/pay/:id/return",
  access: "public",
  async handle(context, request) {
    const id = parameter(request, "id");
    try {
      const { state } = await finishChallenge(context, { id });
      // Not to the merchant directly: the bank lets its form lead to us, and nowhere else.
      return seeOther(pageAddress({ id, onward: state === "settled" }));
    } catch (error) {
      // Nothing was tried yet, or the acquirer did not say: the page shows how it stands.
      if (!(error instanceof Refusal) || error.status === 404) throw error;
      return seeOther(pageAddress({ id }));
    }
  },
};
