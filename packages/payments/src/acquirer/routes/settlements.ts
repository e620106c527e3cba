import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import { settlementLines } from "../settlement-file.ts";
import type { AcquirerServer } from "./server.ts";

const time = { type: "string", maxLength: 40 };
const querystring = { type: "object", properties: { from: time, to: time }, additionalProperties: false };

/** GET /settlements?from&to: all that was decided from one time up to, not including, another, as CSV. */
export function addSettlements(app: FastifyInstance, { journal, now }: AcquirerServer): void {
  app.get<{ Querystring: { from?: string; to?: string } }>(
    "/settlements",
    { schema: { querystring } },
    async (request, reply) => {
      const { from, to } = request.query;
      const fromMs = from === undefined ? 0 : Date.parse(from);
      const toMs = to === undefined ? now() : Date.parse(to);
      if (Number.isNaN(fromMs) || Number.isNaN(toMs)) {
        return reply.code(400).send({ code: "refused", message: "from and to are times after ISO 8601" });
      }
      // What is decided while the file is being read lies after the present, so it isn't in it. And nobody may
      // read of a decision that a crash could take back.
      const untilMs = Math.min(toMs, now());
      await journal.durable();
      reply.header("content-type", "text/csv; charset=utf-8; header=present");
      return reply.send(Readable.from(settlementLines(journal, { fromMs, toMs: untilMs })));
    },
  );
}
