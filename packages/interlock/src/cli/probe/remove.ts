import { Command } from "commander";
import { probeSchema } from "../../api/probes.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";

/** `interlock probe remove`. */
export function removeProbeCommand(): Command {
  const command = new Command("remove")
    .description("Carry a probe out no more.")
    .argument("<name>")
    .requiredOption("--env <environment>", "where")
    .addHelpText("after", "\nExample:\n  interlock probe remove api --env production\n");
  return addServerFlags(command).action(async (name: string, flags: ServerFlags & { env: string }) => {
    const client = await openServerClient(flags);
    const path = `/environments/${encodeURIComponent(flags.env)}/probes/${encodeURIComponent(name)}`;
    const probe = probeSchema.parse(await client.request("DELETE", path));
    process.stdout.write(flags.json ? `${JSON.stringify(probe)}\n` : `${probe.name} was removed\n`);
  });
}
