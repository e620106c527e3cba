import { connectAcquirer } from "../acquirer/client.ts";
import { openDatabase } from "../database/database.ts";
import { numberOf, readFlags, required } from "../platform/flags.ts";
import { announceReady, stopOnSignal } from "../platform/lifecycle.ts";
import { createHttpServer } from "../platform/serve.ts";
import type { Context } from "./context.ts";
import { findRelease } from "./releases/all.ts";
import { addRoutes } from "./routes.ts";
import { apiStatements } from "./statements/all.ts";

// One process of the Payment API, of one release.
//   --version 2.2.0   --database URL (or DATABASE_URL)   --acquirer URL   --port N   --public-url URL
//   --connections N   --acquirer-timeout-ms N
const flags = readFlags([
  "version",
  "database",
  "acquirer",
  "port",
  "public-url",
  "connections",
  "acquirer-timeout-ms",
]);
const release = findRelease(required(flags, "version"));
const application = `payments@${release.version}`;
const database = openDatabase({
  url: required(flags, "database", "DATABASE_URL"),
  application,
  connections: numberOf(flags, "connections", 6),
});
const context: Context = {
  database,
  statements: apiStatements(release),
  release,
  acquirer: connectAcquirer({
    url: required(flags, "acquirer"),
    timeoutMs: numberOf(flags, "acquirer-timeout-ms", 3_000),
  }),
  publicUrl: flags["public-url"] ?? "",
};
await database.warmUp();
const server = createHttpServer();
addRoutes(server.app, context);
const port = await server.listen(numberOf(flags, "port", 0));
if (context.publicUrl === "") context.publicUrl = `http://127.0.0.1:${String(port)}`;
stopOnSignal(async () => {
  await server.drain();
  await context.acquirer.close();
  await database.close();
});
announceReady({ process: "api", version: release.version, port });
