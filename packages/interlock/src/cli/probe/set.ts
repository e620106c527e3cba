import { Command, InvalidArgumentError } from "commander";
import { probeSchema } from "../../api/probes.ts";
import { durationFlag } from "../duration-flag.ts";
import { addServerFlags, openServerClient, type ServerClient, type ServerFlags } from "../server-client.ts";
import { addCheckFlags, readCheck, type CheckFlags } from "./check-flags.ts";
import { renderProbe } from "./render-probe.ts";

interface Flags extends ServerFlags, CheckFlags {
  env: string;
  component?: string;
  every?: number;
  timeout?: number;
  failsAfter?: number;
  recoversAfter?: number;
  workers?: number;
  objective?: number;
  pause: boolean;
}

/** `interlock probe set`. */
export function setProbeCommand(): Command {
  const command = addCheckFlags(new Command("set"))
    .description("Make a probe, or make it what is given here.")
    .argument("<name>", "lower-case letters, digits, hyphens")
    .requiredOption("--env <environment>", "where")
    .option("--component <key>", "the component that it checks")
    .option("--every <duration>", "how often: 1s at least (default: 30s)", durationFlag)
    .option("--timeout <duration>", "of the whole check (default: as often, 10s at most)", durationFlag)
    .option("--fails-after <number>", "failures in a row that make it fail (default: 3)", numberFlag)
    .option("--recovers-after <number>", "good results in a row that end that (default: 3)", numberFlag)
    .option("--workers <number>", "how many workers must see it fail (default: 1)", numberFlag)
    .option("--objective <percent>", "good results over 30 days: 99.9", numberFlag)
    .option("--pause", "keep it, and carry it out no more for now", false)
    .addHelpText(
      "after",
      `
Examples:
  interlock probe set api --env production --component payment-api --http https://api.example.com/health --every 1s
  interlock probe set payment --env production --component payment-api --check payment.json --secret-from-env SHOP_KEY
`,
    );
  return addServerFlags(command).action(async (name: string, flags: Flags) => {
    const { check, secrets } = await readCheck(flags);
    const client = await openServerClient(flags);
    const path = `/environments/${encodeURIComponent(flags.env)}/probes/${encodeURIComponent(name)}`;
    const answer = await client.request("PUT", path, {
      revision: await revisionOf(client, path),
      check,
      secrets,
      ...settingsOf(flags),
    });
    const probe = probeSchema.parse(answer);
    process.stdout.write(flags.json ? `${JSON.stringify(probe)}\n` : renderProbe(probe));
  });
}

function settingsOf(flags: Flags): object {
  const { component, every, timeout, failsAfter, recoversAfter, workers, objective, pause } = flags;
  const given = {
    component,
    intervalMs: every,
    timeoutMs: timeout,
    failsAfter,
    recoversAfter,
    leastWorkers: workers,
    objective,
  };
  return {
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    isPaused: pause,
  };
}

/** Null where there is no such probe yet. */
async function revisionOf(client: ServerClient, path: string): Promise<number | null> {
  try {
    const { probe } = (await client.request("GET", path)) as { probe: unknown };
    return probeSchema.parse(probe).revision;
  } catch (error) {
    if (error instanceof Error && Reflect.get(error, "code") === "not-found") return null;
    throw error;
  }
}

function numberFlag(text: string): number {
  const number = Number(text);
  if (text.trim() !== "" && Number.isFinite(number)) return number;
  throw new InvalidArgumentError("Write a number.");
}
