import type { FastifyInstance } from "fastify";
import { carry } from "../network/network.ts";
import { abandon } from "../operations/abandon.ts";
import { inquire } from "../operations/inquire.ts";
import { renderAnswer } from "../render-answer.ts";
import { reference } from "./schemas.ts";
import type { AcquirerServer } from "./server.ts";

const schema = { params: { type: "object", properties: { reference } } };

/** POST /operations/{reference}/inquire and …/abandon: what became of a reference. */
export function addInquiries(app: FastifyInstance, server: AcquirerServer): void {
  for (const [path, ask] of [
    ["/operations/:reference/inquire", inquire],
    ["/operations/:reference/abandon", abandon],
  ] as const) {
    app.post<{ Params: { reference: string } }>(path, { schema }, async (request, reply) =>
      carry(server.network, {
        reply,
        delivery: () => "given",
        decide: async () => renderAnswer(await ask(server, request.params.reference), server),
      }),
    );
  }
}
