import { Command, Option } from "commander";
import { categories, incidentSchema, type ComponentImpact, type NewIncident } from "../../api/incidents.ts";
import type { Localised } from "../../api/localised.ts";
import { momentFlag } from "../duration-flag.ts";
import { given, impactFlag, listFlag, localisedFlag } from "../localised-flag.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";
import { printIncident } from "./render-incident.ts";

interface Flags extends ServerFlags {
  env: string;
  priority: NewIncident["priority"];
  title: Localised;
  component?: ComponentImpact[];
  unaffected?: string[];
  scope?: string;
  startedAt?: string;
  detectedAt?: string;
  category?: NewIncident["category"];
  responsibility?: string;
  public: boolean;
  hold: boolean;
}

/** `interlock incident open`. */
export function openIncidentCommand(): Command {
  const command = new Command("open")
    .description("Open an incident. A P1 holds back what touches its scope, and calls the unit.")
    .requiredOption("--env <environment>", "where")
    .addOption(
      new Option("--priority <priority>", "how bad it is")
        .choices(["P1", "P2", "P3", "P4"])
        .makeOptionMandatory(),
    )
    .requiredOption("--title <language=text>", "what clients read, for each language: en='…'", localisedFlag)
    .option("--component <key=state>", "what it affects: payment-api=major_outage", impactFlag)
    .option("--unaffected <key>", "what it explicitly does not affect", listFlag)
    .option("--scope <words>", "what it holds back (default: the scopes of what it affects)")
    .option("--started-at <moment>", "when clients began to feel it (default: now)", momentFlag)
    .option("--detected-at <moment>", "when it was detected (default: now)", momentFlag)
    .addOption(new Option("--category <category>", "what kind of trouble it is").choices(categories))
    .option("--responsibility <name>", "who answers for it (default: whom the page names)")
    .option("--public", "show it on the page before the first update", false)
    .option("--hold", "hold back what touches its scope, though it is no P1", false)
    .addHelpText(
      "after",
      `
Example:
  interlock incident open --env production --priority P1 --title fr='Perturbations des paiements' --title en='Payment disruptions' \\
    --component payment-api=major_outage --unaffected terminals
`,
    );
  return addServerFlags(command).action(async (flags: Flags) => {
    const client = await openServerClient(flags);
    const { env, priority, title, component, unaffected, scope, startedAt, detectedAt, category } = flags;
    const path = `/environments/${encodeURIComponent(env)}/incidents`;
    const answer = await client.request("POST", path, {
      priority,
      titles: title,
      isPublic: flags.public,
      hold: flags.hold,
      ...given({ components: component, unaffected, scope, startedAt, detectedAt, category }),
      ...given({ responsibility: flags.responsibility }),
    });
    printIncident(flags, incidentSchema.parse(answer));
  });
}
