import { Command } from "commander";
import { incidentListSchema } from "../../api/incidents.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";
import { renderIncident } from "./render-incident.ts";

/** `interlock incident list`. */
export function listIncidentsCommand(): Command {
  const command = new Command("list")
    .description("List the open incidents.")
    .requiredOption("--env <environment>", "where")
    .option("--all", "closed ones, too", false)
    .addHelpText("after", "\nExample:\n  interlock incident list --env production\n");
  return addServerFlags(command).action(async (flags: ServerFlags & { env: string; all: boolean }) => {
    const client = await openServerClient(flags);
    const path = `/environments/${encodeURIComponent(flags.env)}/incidents?all=${String(flags.all)}`;
    const answer = incidentListSchema.parse(await client.request("GET", path));
    const none = flags.all ? "There is no incident.\n" : "No incident is open.\n";
    const text = answer.incidents.length === 0 ? none : answer.incidents.map(renderIncident).join("");
    process.stdout.write(flags.json ? `${JSON.stringify(answer)}\n` : text);
  });
}
