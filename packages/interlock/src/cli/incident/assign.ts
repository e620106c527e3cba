import { Command, Option } from "commander";
import { unitRoles } from "../../api/unit.ts";
import { given } from "../localised-flag.ts";
import { incidentVerb } from "./verb-command.ts";

interface Flags {
  role: string;
  person?: string;
  nobody?: boolean;
  instead?: string;
}

/** `interlock incident assign`. */
export function assignCommand(): Command {
  const command = new Command("assign")
    .description("Give a role in the unit to somebody.")
    .addOption(new Option("--role <role>", "which role").choices(unitRoles).makeOptionMandatory())
    .option("--person <name>", "who has it from now on")
    .option("--nobody", "nobody has it from now on")
    .option("--instead <name>", "who has it now and is relieved");
  return incidentVerb<Flags>(command, {
    verb: "assign",
    example: "interlock incident assign INC-12 --role lead --person grace",
    body: ({ role, person, nobody, instead }) => ({
      role,
      ...given({ instead, person: nobody === true ? null : person }),
    }),
  });
}
