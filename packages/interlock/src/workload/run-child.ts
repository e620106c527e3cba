import { spawn } from "node:child_process";
import { constants } from "node:os";
import { Failure, messageOf } from "../std/failure.ts";

/** Signals that mean the program rather than the recorder. */
const forwarded = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

/** How a program ended: its exit code, or 128 and the signal's number as shells count it. */
export interface ChildEnd {
  exitCode: number;
  signal: NodeJS.Signals | undefined;
}

/**
 * Runs a program to its end with this process' own input and outputs. Signals that come meanwhile are
 * passed on to it and do not end this process. Throws `Failure` "command-did-not-start".
 */
export async function runChild(
  command: readonly [string, ...string[]],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<ChildEnd> {
  const [program, ...words] = command;
  const child = spawn(program, words, { stdio: "inherit", env: environment });
  const forward = (signal: NodeJS.Signals): void => {
    // A terminal sends Ctrl-C to the whole group, and the program has it already; twice is what it would
    // then get. So only a signal meant for this process alone is passed on.
    if (signal === "SIGINT" && process.stdin.isTTY) return;
    child.kill(signal);
  };
  for (const signal of forwarded) process.on(signal, forward);
  try {
    return await new Promise<ChildEnd>((resolve, reject) => {
      child.once("error", (error) => {
        // Without a process id it never ran; with one, a signal could not be sent.
        if (child.pid === undefined) reject(didNotStart(program, error));
      });
      child.once("exit", (code, signal) => {
        resolve({
          exitCode: code ?? 128 + (signal === null ? 0 : constants.signals[signal]),
          signal: signal ?? undefined,
        });
      });
    });
  } finally {
    for (const signal of forwarded) process.off(signal, forward);
  }
}

function didNotStart(program: string, error: Error): Failure {
  return new Failure({
    code: "command-did-not-start",
    message: `The command ${program} can't be run.`,
    why: messageOf(error),
    state: "Nothing was recorded and no file was written.",
    next: "Give the command behind -- as you would type it without `interlock record`; for a shell's own syntax use: -- sh -c '…'",
    cause: error,
  });
}
