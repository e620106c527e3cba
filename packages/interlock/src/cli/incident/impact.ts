import { Command } from "commander";
import type { ComponentImpact } from "../../api/incidents.ts";
import { momentFlag } from "../duration-flag.ts";
import { given, impactFlag, listFlag } from "../localised-flag.ts";
import { incidentVerb } from "./verb-command.ts";

interface Flags {
  component?: ComponentImpact[];
  unaffected?: string[];
  at?: string;
}

/** `interlock incident impact`. */
export function impactCommand(): Command {
  const command = new Command("impact")
    .description("Say what an incident does to components, or does not, without an update.")
    .option("--component <key=state>", "payment-api=partial_outage", impactFlag)
    .option("--unaffected <key>", "what explicitly is not affected", listFlag)
    .option("--at <moment>", "since when", momentFlag);
  return incidentVerb<Flags>(command, {
    verb: "impact",
    example:
      "interlock incident impact INC-12 --component payment-api=degraded_performance --unaffected terminals",
    body: ({ component, unaffected, at }) => given({ components: component, unaffected, at }),
  });
}
