import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, rm } from "node:fs/promises";
import type { Home } from "./home.ts";
import { interlock, interlockBinary, type InterlockAnswer } from "./interlock.ts";
import type { PostOffice } from "./post-office.ts";

/** The Interlock server beside the platform: a process of its own, with a database of its own. */
export interface InterlockServer {
  /** `http://127.0.0.1:34077`. */
  address: string;
  /** The file that holds the admin's token. */
  tokenFile: string;
  /** Runs an `interlock` command against it, as a pipeline does. */
  ask(...args: string[]): Promise<InterlockAnswer>;
  /** Reads something below /api/v1. */
  read(path: string): Promise<unknown>;
  /** Sends something to a path below /api/v1. */
  send(method: "PUT" | "POST" | "PATCH", path: string, body: object): Promise<unknown>;
  /** The same server, asked by somebody else: whoever proposes something does not accept it. */
  as(token: string): Pick<InterlockServer, "ask" | "read" | "send">;
  close(): Promise<void>;
}

/** How long it is given to end by itself. */
const stopMs = 15_000;

/**
 * Starts `interlock serve`, which knows nothing yet, and returns when it takes requests. Whoever it tells is reached
 * at the post office.
 */
export async function startInterlockServer({
  home,
  directory: data,
  office,
  signal,
}: {
  home: Home;
  /** Where it keeps its files, the status page among them; emptied first. */
  directory: string;
  office: Pick<PostOffice, "smtpUrl">;
  signal: AbortSignal;
}): Promise<InterlockServer> {
  // Each start works on a copy of the platform's past, so what the server knew of an earlier copy is void.
  await rm(data, { recursive: true, force: true });
  await mkdir(data, { recursive: true, mode: 0o700 });
  const child = spawn(process.execPath, [interlockBinary, "serve", "--data", data, "--port", "0", "--json"], {
    // In the environment, not among the arguments, which everybody on the machine can read.
    env: {
      ...process.env,
      INTERLOCK_DATABASE: home.controlUrl,
      INTERLOCK_SMTP_URL: office.smtpUrl,
      INTERLOCK_MAIL_FROM: "status@payments.example",
      // The hooks of this replay are on this machine.
      INTERLOCK_HOOKS_TO_PRIVATE: "allow",
    },
    stdio: ["ignore", "pipe", "pipe"],
    // Ctrl-C reaches the whole group of processes; it is ended after those that ask it.
    detached: true,
  });
  let complaint = "";
  child.stderr
    .setEncoding("utf8")
    .on("data", (text: string) => (complaint = (complaint + text).slice(-4_000)));
  const ended = once(child, "close");
  const close = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), stopMs);
    await ended;
    clearTimeout(late);
  };
  const ready = await Promise.race([once(child.stdout.setEncoding("utf8"), "data"), ended]);
  const [line] = ready as [unknown];
  if (typeof line !== "string") {
    throw new Error(`The Interlock server did not start.\n${complaint.trim()}`);
  }
  const { address, firstToken } = JSON.parse(line) as { address: string; firstToken: string };
  const asWhoever = (token: string): Pick<InterlockServer, "ask" | "read" | "send"> => {
    const environment = {
      INTERLOCK_SERVER: address,
      INTERLOCK_TOKEN: token,
      PLATFORM_DATABASE: home.databaseUrl,
    };
    const request = async (method: string, path: string, body?: object): Promise<unknown> => {
      const answer = await fetch(`${address}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal,
      });
      const said: unknown = await answer.json();
      if (answer.ok) return said;
      throw new Error(
        `The Interlock server answers ${String(answer.status)} to ${method} ${path}: ${JSON.stringify(said)}`,
      );
    };
    return {
      ask: (...args) => interlock(args, { environment, signal }),
      read: (path) => request("GET", path),
      send: request,
    };
  };
  const token = (await readFile(firstToken, "utf8")).trim();
  return { address, tokenFile: firstToken, ...asWhoever(token), as: asWhoever, close };
}
