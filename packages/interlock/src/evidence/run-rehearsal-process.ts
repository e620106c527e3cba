import { fork } from "node:child_process";
import { setPriority } from "node:os";
import { extname, join } from "node:path";
import { Failure } from "../std/failure.ts";
import type { RehearsalInput, RehearsalReply } from "./rehearsal-result.ts";

/** How long a rehearsal may take, in milliseconds. */
const longestMs = 600_000;
/** So that whoever is asked for an answer goes first. */
const niceness = 10;
/** What the process sees of our environment: nothing that could hold a secret. */
const passedOn = [
  "PATH",
  "HOME",
  "USER",
  "TMPDIR",
  "TEMP",
  "TMP",
  "LANG",
  "LC_ALL",
  "TZ",
  "XDG_CACHE_HOME",
  "INTERLOCK_CACHE",
  "INTERLOCK_POSTGRES",
];

/**
 * Rehearses in a process of its own at low priority. Throws `Failure` "rehearsal-too-long", or "rehearsal-crashed" when
 * it ended without an answer; the signal's reason when that is aborted.
 */
export async function runRehearsalProcess(
  input: RehearsalInput,
  { signal }: { signal: AbortSignal },
): Promise<RehearsalReply> {
  signal.throwIfAborted();
  const program = join(import.meta.dirname, `rehearsal-process${extname(import.meta.filename)}`);
  const child = fork(program, [], {
    env: Object.fromEntries(passedOn.map((name) => [name, process.env[name]])),
    // The parser stays as it is compiled first; see bin/interlock.js.
    execArgv: ["--max-old-space-size=1024", "--no-wasm-dynamic-tiering", "--no-wasm-tier-up"],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  if (child.pid !== undefined) lower(child.pid);
  const timeout = AbortSignal.timeout(longestMs);
  const ended = Promise.withResolvers<RehearsalReply>();
  child.once("message", (reply) => {
    ended.resolve(reply as RehearsalReply);
  });
  child.once("error", ended.reject);
  child.once("exit", (code, killedBy) => {
    ended.reject(crashed(killedBy ?? String(code)));
  });
  const stop = (): void => {
    ended.reject(timeout.aborted ? tooLong() : signal.reason);
  };
  signal.addEventListener("abort", stop, { once: true });
  timeout.addEventListener("abort", stop, { once: true });
  try {
    child.send(input, (error) => {
      if (error !== null) ended.reject(error);
    });
    return await ended.promise;
  } finally {
    signal.removeEventListener("abort", stop);
    timeout.removeEventListener("abort", stop);
    // It has nothing to put in order: its databases go with its lease on the server.
    child.kill("SIGKILL");
  }
}

function lower(pid: number): void {
  try {
    setPriority(pid, niceness);
  } catch {
    // It has ended already, or the system does not let us: then it runs as others do.
  }
}

function tooLong(): Failure {
  return new Failure({
    code: "rehearsal-too-long",
    message: `The rehearsal took more than ${String(longestMs / 60_000)} minutes and was stopped.`,
    state: "It ran on a throwaway database only; nothing else was changed.",
    next: "Give the schema before the change as one file in place of every migration, or take the change apart.",
  });
}

function crashed(how: string): Failure {
  return new Failure({
    code: "rehearsal-crashed",
    message: `The process that rehearsed the change ended without an answer (${how}).`,
    state: "It ran on a throwaway database only; nothing else was changed.",
    next: "It is tried again, three times at most. See that the machine has memory and room on its disk.",
  });
}
