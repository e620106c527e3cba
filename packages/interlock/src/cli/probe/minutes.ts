import { Command } from "commander";
import { minutesSchema } from "../../api/probes.ts";
import { momentFlag } from "../duration-flag.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";

interface Flags extends ServerFlags {
  env: string;
  from?: string;
  to?: string;
}

/** `interlock probe minutes`. */
export function minutesCommand(): Command {
  const command = new Command("minutes")
    .description("Show what a probe measured, minute by minute.")
    .argument("<name>")
    .requiredOption("--env <environment>", "where")
    .option("--from <moment>", "the first one (default: an hour ago)", momentFlag)
    .option("--to <moment>", "until (default: now)", momentFlag)
    .addHelpText("after", "\nExample:\n  interlock probe minutes api --env production\n");
  return addServerFlags(command).action(async (name: string, flags: Flags) => {
    const client = await openServerClient(flags);
    const query = new URLSearchParams();
    if (flags.from !== undefined) query.set("from", flags.from);
    if (flags.to !== undefined) query.set("to", flags.to);
    const path = `/environments/${encodeURIComponent(flags.env)}/probes/${encodeURIComponent(name)}/minutes?${query.toString()}`;
    const answer = minutesSchema.parse(await client.request("GET", path));
    const lines = answer.minutes.map(({ minute, ok, failed, unknown, latencyMs, latencyMaxMs, errors }) => {
      const latency =
        latencyMs === null ? "" : `  ${latencyMs.toFixed(0)} ms, ${String(latencyMaxMs)} at most`;
      const kinds = Object.entries(errors).map(([kind, count]) => `  ${kind} ${String(count)}`);
      return `${minute}  ${String(ok)} ok, ${String(failed)} failed, ${String(unknown)} unknown${latency}${kinds.join("")}\n`;
    });
    process.stdout.write(flags.json ? `${JSON.stringify(answer)}\n` : lines.join(""));
  });
}
