import { connectAcquirer } from "../acquirer/client.ts";
import { openDatabase } from "../database/database.ts";
import { numberOf, readFlags, required } from "../platform/flags.ts";
import { announceReady, stopOnSignal } from "../platform/lifecycle.ts";
import { createHttpServer } from "../platform/serve.ts";
import { startRecovery } from "../recovery/recover.ts";
import { recoverOperation } from "./recover.ts";
import { addRoutes } from "./routes.ts";
import { terminalStatements } from "./statements/all.ts";

// The service behind the payment terminals: its own process, its own tables, the same ledger and acquirer.
//   --database URL (or DATABASE_URL)   --acquirer URL   --port N   --connections N
//   --acquirer-timeout-ms N   --recover-after-ms N   --recover-every-ms N
const flags = readFlags([
  "database",
  "acquirer",
  "port",
  "connections",
  "acquirer-timeout-ms",
  "recover-after-ms",
  "recover-every-ms",
]);
const database = openDatabase({
  url: required(flags, "database", "DATABASE_URL"),
  application: "terminals@1.0.0",
  connections: numberOf(flags, "connections", 5),
});
const acquirer = connectAcquirer({
  url: required(flags, "acquirer"),
  timeoutMs: numberOf(flags, "acquirer-timeout-ms", 3_000),
});
await database.warmUp();
const server = createHttpServer();
const context = { database, acquirer };
addRoutes(server.app, context);
const port = await server.listen(numberOf(flags, "port", 0));
const stopRecovery = startRecovery({
  database,
  listPending: terminalStatements.listPending,
  kinds: ["terminal", "reversal"],
  olderThanSeconds: numberOf(flags, "recover-after-ms", 10_000) / 1_000,
  everyMs: numberOf(flags, "recover-every-ms", 2_000),
  settle: async (operation) => recoverOperation(context, operation),
});
stopOnSignal(async () => {
  await server.drain();
  await stopRecovery();
  await acquirer.close();
  await database.close();
});
announceReady({ process: "terminals", version: "1.0.0", port });
