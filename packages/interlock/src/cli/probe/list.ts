import { Command } from "commander";
import { probeListSchema } from "../../api/probes.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";
import { renderProbe } from "./render-probe.ts";

/** `interlock probe list`. */
export function listProbesCommand(): Command {
  const command = new Command("list")
    .description("List the probes of an environment and their states.")
    .requiredOption("--env <environment>", "where")
    .addHelpText("after", "\nExample:\n  interlock probe list --env production\n");
  return addServerFlags(command).action(async (flags: ServerFlags & { env: string }) => {
    const client = await openServerClient(flags);
    const path = `/environments/${encodeURIComponent(flags.env)}/probes`;
    const answer = probeListSchema.parse(await client.request("GET", path));
    const none = `There is none. Make one: interlock probe set --help\n`;
    const text = answer.probes.map(renderProbe).join("") || none;
    process.stdout.write(flags.json ? `${JSON.stringify(answer)}\n` : text);
  });
}
