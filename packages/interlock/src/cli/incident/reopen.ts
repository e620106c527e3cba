import { Command, Option } from "commander";
import { incidentSchema } from "../../api/incidents.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";
import { printIncident } from "./render-incident.ts";
import { addSayingFlags, sayingBody, type SayingFlags } from "./saying-flags.ts";

/** `interlock incident reopen`. */
export function reopenIncidentCommand(): Command {
  const command = new Command("reopen")
    .description("Open an incident again that came back.")
    .argument("<incident>", "INC-12")
    .addOption(
      new Option("--status <status>", "what state it is in")
        .choices(["investigating", "identified"])
        .default("investigating"),
    )
    .addHelpText("after", "\nExample:\n  interlock incident reopen INC-12\n");
  return addServerFlags(addSayingFlags(command)).action(
    async (incident: string, flags: ServerFlags & SayingFlags & { status: string }) => {
      const client = await openServerClient(flags);
      const path = `/incidents/${encodeURIComponent(incident)}/reopen`;
      const answer = await client.request("POST", path, { status: flags.status, ...sayingBody(flags) });
      printIncident(flags, incidentSchema.parse(answer));
    },
  );
}
