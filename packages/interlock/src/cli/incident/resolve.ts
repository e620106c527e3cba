import { Command } from "commander";
import { incidentSchema } from "../../api/incidents.ts";
import { momentFlag } from "../duration-flag.ts";
import { given } from "../localised-flag.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";
import { printIncident } from "./render-incident.ts";
import { addSayingFlags, sayingBody, type SayingFlags } from "./saying-flags.ts";

interface Flags extends ServerFlags, SayingFlags {
  recoveredAt?: string;
  endedAt?: string;
}

/** `interlock incident resolve`. */
export function resolveIncidentCommand(): Command {
  const command = new Command("resolve")
    .description("End an incident: it holds nothing back any more. Of a public one clients are told.")
    .argument("<incident>", "INC-12")
    .option("--recovered-at <moment>", "when the service was restored (default: now)", momentFlag)
    .option("--ended-at <moment>", "its end as it is told (default: when it recovered)", momentFlag)
    .addHelpText(
      "after",
      "\nExample:\n  interlock incident resolve INC-12 --recovered-at 2026-12-17T14:37:00+01:00 --phrase resolved,still-watching\n",
    );
  return addServerFlags(addSayingFlags(command)).action(async (incident: string, flags: Flags) => {
    const client = await openServerClient(flags);
    const answer = await client.request("POST", `/incidents/${encodeURIComponent(incident)}/resolve`, {
      ...sayingBody(flags),
      ...given({ recoveredAt: flags.recoveredAt, endedAt: flags.endedAt }),
    });
    printIncident(flags, incidentSchema.parse(answer));
  });
}
