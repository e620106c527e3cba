import { Command } from "commander";
import { trialResultSchema } from "../../api/probes.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";
import { addCheckFlags, readCheck, type CheckFlags } from "./check-flags.ts";

/** `interlock probe try`. */
export function tryProbeCommand(): Command {
  const command = addCheckFlags(new Command("try"))
    .description("Run a check once, from the server, and keep nothing of it. Exit code 1 where it fails.")
    .requiredOption("--env <environment>", "where")
    .addHelpText(
      "after",
      "\nExample:\n  interlock probe try --env production --check payment.json --secret-from-env SHOP_KEY\n",
    );
  return addServerFlags(command).action(async (flags: ServerFlags & CheckFlags & { env: string }) => {
    const { check, secrets } = await readCheck(flags);
    const client = await openServerClient(flags);
    const path = `/environments/${encodeURIComponent(flags.env)}/probe-trials`;
    const answer = trialResultSchema.parse(await client.request("POST", path, { check, secrets }));
    const { outcome, latencyMs, errorKind, error } = answer;
    const why = error === null ? "" : `  ${errorKind ?? ""}: ${error}`;
    process.stdout.write(
      flags.json ? `${JSON.stringify(answer)}\n` : `${outcome} after ${String(latencyMs)} ms${why}\n`,
    );
    process.exitCode = outcome === "ok" ? 0 : 1;
  });
}
