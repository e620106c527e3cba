import { Command } from "commander";
import type { z } from "zod";
import { probeStatusSchema } from "../../api/probes.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";
import { renderProbe } from "./render-probe.ts";

/** `interlock probe show`. */
export function showProbeCommand(): Command {
  const command = new Command("show")
    .description("Show a probe: its last results, who carries it out, and how its objective stands.")
    .argument("<name>")
    .requiredOption("--env <environment>", "where")
    .addHelpText("after", "\nExample:\n  interlock probe show api --env production\n");
  return addServerFlags(command).action(async (name: string, flags: ServerFlags & { env: string }) => {
    const client = await openServerClient(flags);
    const path = `/environments/${encodeURIComponent(flags.env)}/probes/${encodeURIComponent(name)}`;
    const status = probeStatusSchema.parse(await client.request("GET", path));
    process.stdout.write(flags.json ? `${JSON.stringify(status)}\n` : render(status));
  });
}

function render({ probe, results, workers, burn }: z.output<typeof probeStatusSchema>): string {
  const { failsAfter, recoversAfter, leastWorkers, timeoutMs, objective, revision } = probe;
  return [
    renderProbe(probe),
    `  fails after ${String(failsAfter)} in a row with ${String(leastWorkers)} of the workers, recovers after ${String(recoversAfter)}; timeout ${String(timeoutMs)} ms; revision ${String(revision)}\n`,
    ...burn.map(
      (one) =>
        `  ${one.isFiring ? "✗" : "✓"} ${String(objective)} %: budget spent ${rate(one.long)} times too fast over ${String(one.longMinutes / 60)} h, ${rate(one.short)} over ${String(one.shortMinutes)} min (${one.severity} at ${one.threshold.toFixed(1)})\n`,
    ),
    ...workers.map((one) => `  worker ${one.worker}  seen ${one.seenAt}  late by ${String(one.lateMs)} ms\n`),
    ...results.slice(0, 20).map((one) => {
      const why = one.error === null ? "" : `  ${one.errorKind ?? ""}: ${one.error}`;
      return `  ${one.at}  ${one.outcome}  ${String(one.latencyMs)} ms  ${one.worker}${why}\n`;
    }),
  ].join("");
}

function rate(value: number | null): string {
  return value === null ? "unknown" : value.toFixed(1);
}
