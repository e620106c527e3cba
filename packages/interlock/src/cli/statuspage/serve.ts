import type { ChildProcess } from "node:child_process";
import cluster from "node:cluster";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { Command } from "commander";
import { Failure, messageOf } from "../../std/failure.ts";
import { readNumber } from "../read-number.ts";

/** How long requests under way are waited for at the end. */
const drainMs = 2_000;

interface Flags {
  host: string;
  port: string;
  workers: string;
}

/** `interlock statuspage serve DIR`: a web server for the files alone. */
export function statuspageServeCommand(): Command {
  return new Command("serve")
    .description(
      "Serve the page's files from a directory, without Interlock's server and without a database.",
    )
    .argument("<directory>", "what `statuspage build` or a server has written; changes are followed")
    .option("--host <address>", "where it listens", "127.0.0.1")
    .option("--port <number>", "0 takes any free one", "7433")
    .option("--workers <number>", "processes that answer", "1")
    .addHelpText(
      "after",
      `
Prints its address on standard output when it takes requests. It speaks plain HTTP: a proxy or a CDN in front of it
does TLS. Ctrl-C ends it.

Example:
  interlock statuspage serve /var/lib/interlock/statuspage --host 0.0.0.0 --port 8080 --workers 2
`,
    )
    .action(serve);
}

async function serve(directory: string, flags: Flags): Promise<void> {
  const port = readNumber(flags.port, { flag: "--port", least: 0, most: 65_535 });
  const workers = readNumber(flags.workers, { flag: "--workers", least: 1, most: 64 });
  const path = resolve(directory);
  if (!(await stat(path).catch(() => undefined))?.isDirectory()) throw noDirectory(path);
  if (workers > 1 && cluster.isPrimary) await lead(workers);
  else await answerRequests(path, { host: flags.host, port });
}

/** Starts workers that share the port, and a new one where one dies. */
async function lead(workers: number): Promise<void> {
  let stopping = false;
  let told = false;
  for (let worker = 0; worker < workers; worker += 1) cluster.fork();
  cluster.on("listening", (_worker, { address, port }) => {
    if (!told) process.stdout.write(`http://${address ?? "127.0.0.1"}:${String(port)}\n`);
    told = true;
  });
  const failed = new Promise<void>((done) => {
    cluster.on("exit", (_worker, code) => {
      if (stopping) return;
      if (told) cluster.fork();
      else {
        // It could not even begin, and has said why.
        process.exitCode = code === 0 ? 2 : code;
        done();
      }
    });
  });
  await Promise.race([stopAsked(), failed]);
  stopping = true;
  await Promise.all(Object.values(cluster.workers ?? {}).map((worker) => end(worker?.process)));
}

/** Lets a worker end by itself; one that does not is ended. */
async function end(worker: ChildProcess | undefined): Promise<void> {
  if (worker === undefined || worker.exitCode !== null || worker.signalCode !== null) return;
  const ended = once(worker, "exit");
  worker.kill("SIGTERM");
  const late = setTimeout(() => worker.kill("SIGKILL"), 2 * drainMs);
  await ended;
  clearTimeout(late);
}

async function answerRequests(
  directory: string,
  { host, port }: { host: string; port: number },
): Promise<void> {
  const { followDirectory } = await import("../../statuspage/serve/serve-directory.ts");
  const { siteServer } = await import("../../statuspage/serve/site-server.ts");
  const followed = await followDirectory(directory);
  const server = siteServer(() => followed.served);
  try {
    server.listen({ host, port, backlog: 1_024 });
    await once(server, "listening");
  } catch (error) {
    throw notListening(error, `${host}:${String(port)}`);
  }
  const { port: taken } = server.address() as AddressInfo;
  if (cluster.isPrimary) {
    process.stdout.write(`http://${host.includes(":") ? `[${host}]` : host}:${String(taken)}\n`);
  }
  const stopping = new AbortController();
  const following = followed.follow(stopping.signal);
  await stopAsked();
  stopping.abort();
  const closed = once(server, "close");
  server.close();
  server.closeIdleConnections();
  const late = setTimeout(() => server.closeAllConnections(), drainMs);
  await Promise.all([closed, following]);
  clearTimeout(late);
  // A worker would stay as long as it can be spoken to.
  if (cluster.isWorker) process.disconnect();
}

async function stopAsked(): Promise<void> {
  await new Promise<void>((done) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => done());
  });
}

function noDirectory(path: string): Failure {
  return new Failure({
    code: "directory-missing",
    message: `There is no directory ${path}.`,
    state: "Nothing was started.",
    next: "Write the page with `interlock statuspage build --out`, or give the directory that a server writes.",
  });
}

function notListening(error: unknown, place: string): Failure {
  return new Failure({
    code: "address-not-usable",
    message: `The page can't be served on ${place}.`,
    why: messageOf(error),
    state: "Nothing is left running.",
    next: "Choose another --host or --port (0 takes any free one).",
    cause: error,
  });
}
