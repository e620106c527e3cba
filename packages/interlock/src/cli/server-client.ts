import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { problemSchema } from "../api/problem.ts";
import { Failure, messageOf } from "../std/failure.ts";
import { version } from "../std/version.ts";

/** The flags of every command that asks a server. */
export interface ServerFlags {
  server?: string;
  tokenFile?: string;
  json: boolean;
}

/** Where a server is when nobody says otherwise. */
export const defaultServer = "http://127.0.0.1:7432";

type Method = "GET" | "PUT" | "POST" | "PATCH" | "DELETE";

/** A server, as commands use it. */
export interface ServerClient {
  /** The address, without anything secret. */
  readonly server: string;
  /**
   * Sends a request below /api/v1 (`/environments/production/gate`) and gives back the parsed answer, undefined
   * where there is none. Throws `Failure`: the server's own, or "server-not-reachable", "answer-not-understood".
   */
  request(method: Method, path: string, body?: unknown, options?: { signal?: AbortSignal }): Promise<unknown>;
}

/** Adds `--server`, `--token-file` and `--json`. */
export function addServerFlags(command: Command): Command {
  return command
    .option("--server <url>", `the Interlock server (default: INTERLOCK_SERVER, else ${defaultServer})`)
    .option("--token-file <path>", "a file that holds the API token (default: INTERLOCK_TOKEN)")
    .option("--json", "print the answer as JSON", false);
}

/**
 * A client for the server that flags and environment variables name. Throws `Failure` "server-url-not-valid",
 * "token-missing", "token-not-readable", or "server-not-secure" where the token would go over the network in clear.
 */
export async function openServerClient(
  flags: Pick<ServerFlags, "server" | "tokenFile">,
): Promise<ServerClient> {
  const base = readServer(flags.server ?? process.env["INTERLOCK_SERVER"] ?? "");
  const token = await readToken(flags.tokenFile);
  return {
    server: base.href.replace(/\/$/, ""),
    async request(method, path, body, { signal } = {}) {
      const address = new URL(`${base.pathname.replace(/\/$/, "")}/api/v1${path}`, base);
      const answer = await send(address, {
        method,
        // A redirect could lead elsewhere with the token.
        redirect: "error",
        headers: {
          authorization: `Bearer ${token}`,
          accept: "application/json",
          "user-agent": `interlock/${version()}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      });
      return readAnswer(answer, address);
    },
  };
}

function readServer(text: string): URL {
  let url: URL;
  try {
    url = new URL(text === "" ? defaultServer : text);
  } catch {
    throw serverNotValid("It is no URL.");
  }
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw serverNotValid(`It begins with ${url.protocol}//.`);
  if (url.username !== "" || url.password !== "") throw serverNotValid("It holds a user or a password.");
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    throw new Failure({
      code: "server-not-secure",
      message: `The token is not sent to ${url.host} without encryption.`,
      why: "Whoever is on the way could read it and use it.",
      state: "Nothing was sent.",
      next: "Give an https:// address: put a proxy with a certificate in front of the server.",
    });
  }
  url.search = "";
  url.hash = "";
  return url;
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

function serverNotValid(why: string): Failure {
  return new Failure({
    code: "server-url-not-valid",
    message: "The server's address can't be used.",
    why,
    state: "Nothing was sent.",
    next: "Write --server https://interlock.example.com, or set INTERLOCK_SERVER to it.",
  });
}

async function readToken(path: string | undefined): Promise<string> {
  const text = path === undefined ? (process.env["INTERLOCK_TOKEN"] ?? "") : await readTokenFile(path);
  const token = text.trim();
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new Failure({
    code: "token-missing",
    message: token === "" ? "There is no API token to ask the server with." : "The API token can't be sent.",
    why:
      token === ""
        ? "Neither --token-file nor the variable INTERLOCK_TOKEN holds one."
        : "It holds spaces, line breaks or other characters that no token has.",
    state: "Nothing was sent.",
    next: "Set INTERLOCK_TOKEN or give --token-file; `interlock serve` says where the first admin's token is.",
  });
}

async function readTokenFile(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new Failure({
      code: "token-not-readable",
      message: `The file with the API token can't be read: ${path}.`,
      why: messageOf(error),
      state: "Nothing was sent.",
      next: "Give the path of a file that you may read; it holds nothing but the token.",
      cause: error,
    });
  }
}

async function send(address: URL, options: RequestInit): Promise<Response> {
  try {
    return await fetch(address, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    const cause: unknown = error instanceof Error ? error.cause : undefined;
    throw new Failure({
      code: "server-not-reachable",
      message: `The server at ${address.origin} can't be reached.`,
      why: reasonOf(cause ?? error),
      state: options.method === "GET" ? "Nothing was changed." : "Whether it took the request is not known.",
      next: "See that `interlock serve` runs there and that --server (or INTERLOCK_SERVER) is right; then run the same command again.",
      cause: error,
    });
  }
}

function reasonOf(error: unknown): string {
  // Node tries every address of a name and gathers the errors without a message of its own.
  if (error instanceof AggregateError && error.message === "") return error.errors.map(messageOf).join("; ");
  return messageOf(error);
}

async function readAnswer(answer: Response, address: URL): Promise<unknown> {
  const text = await answer.text();
  let body: unknown;
  try {
    body = text === "" ? undefined : JSON.parse(text);
  } catch {
    throw notUnderstood(answer, address, "It is no JSON.");
  }
  if (answer.ok) return body;
  const problem = problemSchema.safeParse(body);
  if (!problem.success) throw notUnderstood(answer, address, "It is no problem as Interlock describes one.");
  const { code, message, why, state, next, fields = {} } = problem.data;
  const wrong = Object.entries(fields).map(([field, complaint]) => `${field}: ${complaint}`);
  const reasons = [...(why === undefined ? [] : [why]), ...wrong].join("\n");
  throw new Failure({
    code,
    message,
    ...(reasons === "" ? {} : { why: reasons }),
    ...(state === undefined ? {} : { state }),
    ...(next === undefined ? {} : { next: nextOf(code, next) }),
  });
}

function nextOf(code: string, next: string): string {
  return code === "unauthenticated" ? `${next} Commands take it from INTERLOCK_TOKEN or --token-file.` : next;
}

function notUnderstood(answer: Response, address: URL, why: string): Failure {
  return new Failure({
    code: "answer-not-understood",
    message: `What answers at ${address.origin} is not Interlock, or something in between answered (HTTP ${String(answer.status)}).`,
    why,
    state: "Whether the request was carried out is not known.",
    next: "See that --server (or INTERLOCK_SERVER) is the address of an Interlock server.",
  });
}
