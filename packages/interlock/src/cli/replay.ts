import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { Failure } from "../std/failure.ts";

interface ReplayFlags {
  unprotected: boolean;
  protected: boolean;
  realTime: boolean;
  keep: boolean;
  payments?: string;
  rate?: string;
  posRate?: string;
}

/** `interlock replay`: 17 December 2024, without Interlock in the way and with it. */
export function replayCommand(): Command {
  return new Command("replay")
    .description(
      "Replay 17 December 2024 on a real payment platform: the outage and its incident, then the same change through the gate.",
    )
    .option("--unprotected", "only the outage: nobody asks the gate", false)
    .option("--protected", "only the change through the gate", false)
    .option("--real-time", "with the gaps of the day, 14:08 to 14:37; otherwise they are compressed", false)
    .option("--keep", "stay up afterwards, with the pages to be looked at, until Ctrl-C", false)
    .option("--payments <n>", "payments that are there before (200000)")
    .option("--rate <n>", "payments per second in the shop (220)")
    .option("--pos-rate <n>", "payments per second at terminals (40)")
    .addHelpText(
      "after",
      `
Exit code 0 when it went as it should: unprotected, e-commerce payments fail and the incident comes to its
post-mortem; protected, no payment fails.

Example:
  interlock replay --unprotected
`,
    )
    .action(async (flags: ReplayFlags) => {
      process.exitCode = await run(argumentsOf(flags));
    });
}

function argumentsOf(flags: ReplayFlags): string[] {
  const { unprotected, realTime, keep } = flags;
  const both = unprotected === flags.protected;
  const numbers = (["payments", "rate", "posRate"] as const).flatMap((name) => {
    const value = flags[name];
    return value === undefined ? [] : [`--${name === "posRate" ? "pos-rate" : name}`, value];
  });
  return [
    ...(both ? ["--replay"] : unprotected ? ["--unprotected"] : []),
    ...(realTime ? ["--real-time"] : []),
    ...(keep ? [] : ["--once"]),
    ...numbers,
  ];
}

/** Runs the payment platform's own start, which owns the platform, the traffic and the server beside it. */
async function run(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [startOf(), ...args], { stdio: "inherit" });
  // Ctrl-C reaches it by itself, and it ends what it started; it is waited for.
  process.on("SIGINT", () => undefined);
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  const [code] = (await once(child, "close")) as [number | null];
  return code ?? 2;
}

function startOf(): string {
  try {
    const manifest = import.meta.resolve("@interlock/payments/package.json");
    return fileURLToPath(new URL("src/start/main.ts", manifest));
  } catch (cause) {
    throw new Failure({
      code: "payment-platform-not-here",
      message: "The replay needs the payment platform, which is not part of the published package.",
      state: "Nothing was started.",
      next: "Clone the project and run it there: npm start -- --unprotected",
      cause,
    });
  }
}
