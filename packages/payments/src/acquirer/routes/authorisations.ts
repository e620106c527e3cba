import type { FastifyInstance } from "fastify";
import { carry } from "../network/network.ts";
import { authorise, type AuthorisationRequest } from "../operations/authorise.ts";
import { renderAnswer } from "../render-answer.ts";
import { behaviourOf, profileOf, type Delivery } from "../test-cards.ts";
import { amountCents, reference } from "./schemas.ts";
import type { AcquirerServer } from "./server.ts";

const card = {
  type: "object",
  required: ["card"],
  properties: {
    card: {
      type: "object",
      required: ["number", "expMonth", "expYear"],
      properties: {
        number: { type: "string", maxLength: 30 },
        expMonth: { type: "integer", minimum: 1, maximum: 12 },
        expYear: { type: "integer", minimum: 2000, maximum: 2999 },
      },
    },
  },
};
const token = {
  type: "object",
  required: ["token"],
  properties: { token: { type: "string", minLength: 1, maxLength: 100 } },
};
const body = {
  type: "object",
  required: ["reference", "amountCents", "instrument", "capture", "challenge"],
  properties: {
    reference,
    amountCents,
    instrument: { anyOf: [card, token] },
    capture: { type: "boolean" },
    challenge: { enum: ["required", "allowed", "none"] },
    returnUrl: { type: "string", pattern: "^https?://[\\x21-\\x7e]+$", maxLength: 2_000 },
  },
};

/** POST /authorisations: a sale, or an authorisation that is captured or released later. */
export function addAuthorisations(app: FastifyInstance, server: AcquirerServer): void {
  app.post<{ Body: AuthorisationRequest }>(
    "/authorisations",
    { schema: { body } },
    async (request, reply) => {
      const { returnUrl } = request.body;
      if (returnUrl !== undefined && !URL.canParse(returnUrl)) {
        return reply.code(400).send({ code: "refused", message: "returnUrl is no URL" });
      }
      return carry(server.network, {
        reply,
        delivery: () => deliveryOf(server, request.body),
        decide: async () => renderAnswer(await authorise(server, request.body), server),
      });
    },
  );
}

/** Only the first question meets the card's trouble with answers. */
function deliveryOf(
  { journal }: AcquirerServer,
  { reference: asked, instrument }: AuthorisationRequest,
): Delivery {
  if (journal.decisions.find(asked) !== undefined || journal.challenges.of(asked) !== undefined)
    return "given";
  const profile =
    "card" in instrument ? profileOf(instrument.card.number) : journal.vault.find(instrument.token)?.profile;
  return profile === undefined ? "given" : behaviourOf(profile).authorisation;
}
