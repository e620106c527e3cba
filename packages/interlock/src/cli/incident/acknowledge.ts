import { Command, Option } from "commander";
import { unitRoles } from "../../api/unit.ts";
import { given } from "../localised-flag.ts";
import { incidentVerb } from "./verb-command.ts";

/** `interlock incident acknowledge`. */
export function acknowledgeCommand(): Command {
  const command = new Command("acknowledge")
    .description("Take an incident on: your calls are answered, and nobody else is called for your roles.")
    .addOption(new Option("--role <role>", "the role that you answer for").choices(unitRoles));
  return incidentVerb<{ role?: string }>(command, {
    verb: "acknowledge",
    example: "interlock incident acknowledge INC-12",
    body: ({ role }) => given({ role }),
  });
}
