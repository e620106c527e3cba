import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

type ProcessName = "api" | "worker" | "terminals" | "acquirer" | "shop" | "seed";

export interface StartOptions {
  name: ProcessName;
  /** Flags of the process, without the dashes: `{ port: 0, version: "2.2.0" }`. */
  flags?: Readonly<Record<string, string | number>>;
  /** Goes by the environment: a command line can be read by everyone on the machine. */
  databaseUrl?: string;
  environment?: Readonly<Record<string, string>>;
  /** Every line of stdout after the ready line. */
  onLine?: (line: string) => void;
  /** Every line of stderr: diagnostics as JSON. Left out, they go to our stderr. */
  onDiagnostic?: (line: string) => void;
  readyTimeoutMs?: number;
}

export interface RunningProcess {
  pid: number;
  /** What the ready line says: `port` for those that listen. */
  ready: Readonly<Record<string, unknown>>;
  /** `http://127.0.0.1:<port>`; throws for a process that does not listen. */
  url: string;
  /** Sends one command as a line of JSON. */
  send(command: object): void;
  /** SIGTERM, and returns the exit code when it has gone (null when a signal ended it). */
  stop(): Promise<number | null>;
  /** SIGKILL: for those who want to see what survives it. */
  kill(): Promise<void>;
  readonly exited: Promise<number | null>;
}

/**
 * Starts a process of the platform and waits until it says that it is ready. It ends when we end, even by
 * kill -9: its stdin is a pipe from us, and it stops when that closes.
 */
export async function startProcess(options: StartOptions): Promise<RunningProcess> {
  const { name, flags = {}, databaseUrl, environment = {}, readyTimeoutMs = 60_000 } = options;
  const main = fileURLToPath(new URL(`../${name}/main.ts`, import.meta.url));
  const child = spawn(
    process.execPath,
    [
      // The acquirer's journal is node:sqlite, which still says that it is experimental.
      "--disable-warning=ExperimentalWarning",
      // What a request leaves behind dies young; with more room for that, less of it is ever copied.
      "--max-semi-space-size=32",
      main,
      "--supervised",
      ...Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, String(value)]),
    ],
    {
      stdio: ["pipe", "pipe", "pipe"],
      // Ctrl-C in a terminal is for us alone: we end the others in order.
      detached: true,
      env: {
        ...process.env,
        ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
        ...environment,
      },
    },
  );
  const exited = once(child, "exit").then(([code]) => code as number | null);
  // A child that has gone can't take commands; that it has gone shows in `exited`.
  child.stdin.on("error", () => undefined);
  const diagnostics = collectDiagnostics(child, options);
  const ready = await readReadyLine(child, { options, exited, diagnostics, readyTimeoutMs });
  return {
    pid: child.pid ?? 0,
    ready,
    get url() {
      const port = ready["port"];
      if (typeof port !== "number") throw new Error(`${name} does not listen`);
      return `http://127.0.0.1:${String(port)}`;
    },
    send(command) {
      child.stdin.write(`${JSON.stringify(command)}\n`);
    },
    async stop() {
      child.kill("SIGTERM");
      return exited;
    },
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
    exited,
  };
}

function collectDiagnostics(child: ChildProcess, { onDiagnostic }: StartOptions): string[] {
  const last: string[] = [];
  if (child.stderr === null) throw new Error("stderr is a pipe");
  createInterface({ input: child.stderr }).on("line", (line) => {
    last.push(line);
    if (last.length > 20) last.shift();
    if (onDiagnostic === undefined) process.stderr.write(`${line}\n`);
    else onDiagnostic(line);
  });
  return last;
}

async function readReadyLine(
  child: ChildProcess,
  from: {
    options: StartOptions;
    exited: Promise<number | null>;
    diagnostics: string[];
    readyTimeoutMs: number;
  },
): Promise<Record<string, unknown>> {
  if (child.stdout === null) throw new Error("stdout is a pipe");
  const lines = createInterface({ input: child.stdout });
  const { name, onLine } = from.options;
  const { promise, resolve, reject } = Promise.withResolvers<Record<string, unknown>>();
  let seen = false;
  lines.on("line", (line) => {
    if (seen) {
      onLine?.(line);
      return;
    }
    seen = true;
    try {
      resolve(JSON.parse(line) as Record<string, unknown>);
    } catch (error) {
      reject(new Error(`${name} said something else than that it is ready: ${line}`, { cause: error }));
    }
  });
  const timer = setTimeout(() => {
    child.kill("SIGKILL");
    reject(new Error(`${name} was not ready after ${String(from.readyTimeoutMs)} ms and was stopped`));
  }, from.readyTimeoutMs);
  const endedFirst = async (): Promise<never> => {
    const code = await from.exited;
    throw new Error(`${name} ended with ${String(code)} before it was ready\n${from.diagnostics.join("\n")}`);
  };
  try {
    return await Promise.race([promise, endedFirst()]);
  } finally {
    clearTimeout(timer);
  }
}
