import { Command, Option } from "commander";
import { incidentStatuses, type ComponentImpact } from "../../api/incidents.ts";
import { updateSchema } from "../../api/updates.ts";
import { momentFlag } from "../duration-flag.ts";
import { given, impactFlag, listFlag } from "../localised-flag.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";
import { printUpdate } from "./render-update.ts";
import { addSayingFlags, sayingBody, type SayingFlags } from "./saying-flags.ts";

interface Flags extends ServerFlags, SayingFlags {
  status: string;
  component?: ComponentImpact[];
  unaffected?: string[];
  occurredAt?: string;
  draft: boolean;
}

/** `interlock incident update`. */
export function updateIncidentCommand(): Command {
  const command = new Command("update")
    .description("Publish an update in every language of the page, or write the draft of one.")
    .argument("<incident>", "INC-12")
    .addOption(
      new Option("--status <status>", "what state the incident is in from now on")
        .choices(incidentStatuses)
        .makeOptionMandatory(),
    )
    .option("--component <key=state>", "what changes with it: payment-api=operational", impactFlag)
    .option("--unaffected <key>", "what explicitly is not affected", listFlag)
    .option("--occurred-at <moment>", "what it speaks of (default: now)", momentFlag)
    .option("--draft", "do not publish it yet", false)
    .addHelpText(
      "after",
      `
Examples:
  interlock incident update INC-12 --status monitoring --phrase service-resuming
  interlock incident update INC-12 --status identified --phrase identified-difficulties,no-impact,action-under-way
`,
    );
  return addServerFlags(addSayingFlags(command)).action(async (incident: string, flags: Flags) => {
    const client = await openServerClient(flags);
    const answer = await client.request("POST", `/incidents/${encodeURIComponent(incident)}/updates`, {
      status: flags.status,
      publish: !flags.draft,
      ...sayingBody(flags),
      ...given({ components: flags.component, unaffected: flags.unaffected, occurredAt: flags.occurredAt }),
    });
    printUpdate(flags, updateSchema.parse(answer));
  });
}
