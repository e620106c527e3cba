import type { Command } from "commander";
import { defaultLimits, type Limits } from "../../rehearsal/sandbox/limits.ts";
import { durationFlag } from "../duration-flag.ts";

export interface SandboxFlags {
  stubExtension?: string[];
  timeLimit?: number;
}

/** The flags that say what the rehearsal goes without, and how long it may take. */
export function addSandboxFlags(command: Command): Command {
  return command
    .option(
      "--stub-extension <name...>",
      "extensions to rehearse without, where the shadow does not have them: what needs them is left open",
    )
    .option(
      "--time-limit <duration>",
      "how long the rehearsal may take: 90s, 10m, 1h (default: 10m)",
      durationFlag,
    );
}

export function readSandbox({ stubExtension, timeLimit }: SandboxFlags): {
  stubExtensions?: readonly string[];
  limits?: Limits;
} {
  return {
    ...(stubExtension === undefined ? {} : { stubExtensions: stubExtension }),
    ...(timeLimit === undefined ? {} : { limits: { ...defaultLimits, totalMs: timeLimit } }),
  };
}
