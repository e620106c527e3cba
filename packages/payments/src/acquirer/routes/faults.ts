import type { FastifyInstance } from "fastify";
import { readFaults } from "../network/faults.ts";
import type { AcquirerServer } from "./server.ts";

const body = {
  type: "object",
  required: ["faults"],
  properties: { faults: { type: "string", maxLength: 200 } },
  additionalProperties: false,
};

/** PUT /faults: what goes wrong from now on, as --faults says it. `{"faults": "down=1"}` turns everything away. */
export function addFaults(app: FastifyInstance, server: AcquirerServer): void {
  app.put<{ Body: { faults: string } }>("/faults", { schema: { body } }, async (request, reply) => {
    try {
      server.network.faults = readFaults(request.body.faults);
    } catch (error) {
      return reply.code(400).send({ code: "refused", message: String(error) });
    }
    return reply.send({ faults: request.body.faults });
  });
}
