import { setTimeout as sleep } from "node:timers/promises";
import { numberOf, readFlags, required } from "../platform/flags.ts";
import { announceReady, stopOnSignal } from "../platform/lifecycle.ts";
import { createHttpServer } from "../platform/serve.ts";
import {
  authorise,
  recall,
  ReferenceConflict,
  refund,
  voidUnknown,
  type AuthorisationRequest,
  type RefundRequest,
} from "./decide.ts";
import { Journal } from "./journal.ts";

// A card network and an issuer behind one HTTP interface, with a journal of its own.
//   --journal FILE   --port N   --latency-ms N: how long the network takes to answer
const flags = readFlags(["port", "journal", "latency-ms"]);
const journal = new Journal(required(flags, "journal"));
const latencyMs = numberOf(flags, "latency-ms", 5);
const server = createHttpServer();

const reference = { type: "string", minLength: 1, maxLength: 100 };
const amountCents = { type: "integer", minimum: 1 };

server.app.post<{ Body: AuthorisationRequest }>(
  "/authorisations",
  {
    schema: {
      body: {
        type: "object",
        required: ["reference", "amountCents", "card"],
        properties: {
          reference,
          amountCents,
          card: { type: "object", required: ["number"], properties: { number: { type: "string" } } },
        },
      },
    },
  },
  async (request, reply) => {
    await sleep(latencyMs);
    const { decision, lost } = await authorise(journal, request.body);
    if (lost) {
      // The decision stands and is on disk; the line breaks before anybody hears of it.
      request.raw.socket.destroy();
      return reply.hijack();
    }
    return reply.send(decision);
  },
);

server.app.post<{ Body: RefundRequest }>(
  "/refunds",
  {
    schema: {
      body: {
        type: "object",
        required: ["reference", "authorisation", "amountCents"],
        properties: { reference, authorisation: reference, amountCents },
      },
    },
  },
  async (request, reply) => {
    await sleep(latencyMs);
    return reply.send(await refund(journal, request.body));
  },
);

server.app.get<{ Params: { reference: string } }>("/operations/:reference", async (request, reply) => {
  const decision = await recall(journal, request.params.reference);
  return decision === undefined ? reply.code(404).send({ code: "unknown" }) : reply.send(decision);
});

server.app.post<{ Params: { reference: string } }>("/operations/:reference/void", async (request, reply) => {
  return reply.send(await voidUnknown(journal, request.params.reference));
});

server.app.setErrorHandler(async (error: Error & { statusCode?: number }, _request, reply) => {
  const status = error instanceof ReferenceConflict ? 409 : (error.statusCode ?? 500);
  return reply.code(status).send({ code: "refused", message: error.message });
});

const port = await server.listen(numberOf(flags, "port", 0));
stopOnSignal(async () => {
  await server.drain();
  journal.close();
});
announceReady({ process: "acquirer", port });
