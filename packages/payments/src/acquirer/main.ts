import { numberOf, readFlags, required } from "../platform/flags.ts";
import { announceReady, stopOnSignal } from "../platform/lifecycle.ts";
import { report } from "../platform/report.ts";
import { createHttpServer } from "../platform/serve.ts";
import { Journal } from "./journal/journal.ts";
import { readFaults } from "./network/faults.ts";
import { readLatency } from "./network/latency.ts";
import { seededRandom } from "./network/random.ts";
import { ReferenceConflict } from "./operations/acquiring.ts";
import { addAuthorisations } from "./routes/authorisations.ts";
import { addChallenges } from "./routes/challenges.ts";
import { addClosings } from "./routes/closings.ts";
import { addFaults } from "./routes/faults.ts";
import { addInquiries } from "./routes/inquiries.ts";
import type { AcquirerServer } from "./routes/server.ts";
import { addSettlements } from "./routes/settlements.ts";

// A card network and an issuer behind one HTTP interface, with a journal of its own.
//   --journal FILE   --port N   --public-url URL: where browsers reach it
//   --latency median=5ms,p99=40ms: how long the network takes; --latency-ms N: always that
//   --faults lost=0.01,late=0.001,decided-late=0.001,twice=0.01,down=0.001: how often what goes wrong
//   --late-ms N: how long "late" is   --seed N: the same seed, the same latencies and faults
const flags = readFlags([
  "port",
  "public-url",
  "journal",
  "latency",
  "latency-ms",
  "faults",
  "late-ms",
  "seed",
]);
const random = seededRandom(numberOf(flags, "seed", 1));
const http = createHttpServer();
const { app } = http;
const server: AcquirerServer = {
  journal: new Journal(required(flags, "journal")),
  now: Date.now,
  network: {
    random,
    faults: readFaults(flags["faults"] ?? ""),
    latencyMs: readLatency(
      flags["latency"] ?? `median=${String(numberOf(flags, "latency-ms", 5))}ms`,
      random,
    ),
    lateMs: numberOf(flags, "late-ms", 5_000),
  },
  publicUrl: "",
};
for (const add of [addAuthorisations, addClosings, addInquiries, addChallenges, addSettlements, addFaults]) {
  add(app, server);
}
app.setErrorHandler(async (error: Error & { statusCode?: number }, request, reply) => {
  const status = error instanceof ReferenceConflict ? 409 : (error.statusCode ?? 500);
  if (status < 500) return reply.code(status).send({ code: "refused", message: error.message });
  report({ event: "request-failed", route: request.routeOptions.url ?? "?", message: error.message });
  return reply.code(status).send({ code: "failed", message: "Something went wrong on our side." });
});

const port = await http.listen(numberOf(flags, "port", 0));
server.publicUrl = flags["public-url"] ?? `http://127.0.0.1:${String(port)}`;
stopOnSignal(async () => {
  await http.drain();
  server.journal.close();
});
announceReady({ process: "acquirer", port });
