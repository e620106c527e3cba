import { Command } from "commander";
import { defaultDataDirectory } from "../control/data-directory.ts";
import { defaultRateLimits, type RateLimits } from "../server/admission.ts";
import { makeJsonLog } from "../server/json-log.ts";
import { readNumber } from "./read-number.ts";

interface Flags {
  data?: string;
  database?: string;
  host: string;
  port: string;
  readLimit: string;
  mutationLimit: string;
  json: boolean;
}

/** `interlock serve`: the server that pipelines ask before they deploy. */
export function serveCommand(): Command {
  return new Command("serve")
    .description("Run the server that pipelines ask before they deploy.")
    .option(
      "--data <directory>",
      `where its data is kept (default: INTERLOCK_DATA, else ${defaultDataDirectory()})`,
    )
    .option(
      "--database <url>",
      "keep its state in this database of its own (default: INTERLOCK_DATABASE, else an embedded PostgreSQL)",
    )
    .option("--host <address>", "where it listens", "127.0.0.1")
    .option("--port <number>", "0 takes any free one", "7432")
    .option(
      "--read-limit <number>",
      "requests per minute and token that read or ask the gate",
      String(defaultRateLimits.reads),
    )
    .option(
      "--mutation-limit <number>",
      "requests per minute and token that change something",
      String(defaultRateLimits.mutations),
    )
    .option("--json", "print the address as JSON when it is ready", false)
    .addHelpText("after", help)
    .action(serve);
}

const help = `
Prints its address on standard output when it takes requests, and its log as JSON lines on standard error.
The first start makes an admin's token and says which file it is in. Several servers may share one --database;
they need the same INTERLOCK_KEY (32 bytes: openssl rand -hex 32), which seals the stored connection URLs.
The role in --database owns that database and needs no other right; the URL leads to PostgreSQL itself, not to a
pooler in transaction mode.

Example:
  interlock serve
  interlock serve --database postgres://interlock@db.example.com/interlock_control --host 0.0.0.0
`;

async function serve(flags: Flags): Promise<void> {
  const port = readNumber(flags.port, { flag: "--port", least: 0, most: 65_535 });
  const log = makeJsonLog((line) => process.stderr.write(line));
  const database = flags.database ?? process.env["INTERLOCK_DATABASE"] ?? "";
  // Only now: what is wrong with the flags is said without loading all of it, and so is the help.
  const { startServer } = await import("../server/start-server.ts");
  const server = await startServer({
    directory: flags.data ?? defaultDataDirectory(),
    ...(database === "" ? {} : { database }),
    host: flags.host,
    port,
    log,
    limits: readLimits(flags),
  });
  const stopped = stopOnSignal(() => server.stop());
  if (!isLoopback(flags.host)) {
    process.stderr.write(
      `warning: ${flags.host} can be reached from other machines, and this server speaks plain HTTP. Put a proxy with TLS in front of it.\n`,
    );
  }
  if (server.firstToken !== undefined) {
    process.stderr.write(`The first admin's token is in ${server.firstToken}\n`);
  }
  const { address, firstToken = null } = server;
  process.stdout.write(flags.json ? `${JSON.stringify({ address, firstToken })}\n` : `${address}\n`);
  log.info({ control: server.control }, "the server takes requests");
  await stopped;
  log.info({}, "the server has stopped");
}

/** Returns when the server has stopped; a second signal doesn't wait for requests under way. */
async function stopOnSignal(stop: () => Promise<void>): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
  await stop();
  process.removeAllListeners("SIGINT");
  process.removeAllListeners("SIGTERM");
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}

function readLimits({ readLimit, mutationLimit }: Flags): RateLimits {
  const within = { least: 1, most: 10_000_000 };
  return {
    ...defaultRateLimits,
    reads: readNumber(readLimit, { flag: "--read-limit", ...within }),
    mutations: readNumber(mutationLimit, { flag: "--mutation-limit", ...within }),
  };
}
