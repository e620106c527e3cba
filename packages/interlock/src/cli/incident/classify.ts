import { Command } from "commander";
import { momentFlag } from "../duration-flag.ts";
import { given } from "../localised-flag.ts";
import { incidentVerb } from "./verb-command.ts";

/** `interlock incident classify`. */
export function classifyCommand(): Command {
  const command = new Command("classify")
    .description("Classify an incident as major for the authorities (EU 2022/2554): their clock begins.")
    .requiredOption("--reason <text>", "which criteria it meets")
    .option("--at <moment>", "when it was classified (default: now)", momentFlag);
  return incidentVerb<{ reason: string; at?: string }>(command, {
    verb: "classify",
    example: "interlock incident classify INC-12 --reason 'clients and transactions affected'",
    body: ({ reason, at }) => ({ reason, ...given({ at }) }),
  });
}
