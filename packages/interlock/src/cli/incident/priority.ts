import { Command, Option } from "commander";
import { given } from "../localised-flag.ts";
import { incidentVerb } from "./verb-command.ts";

interface Flags {
  to: string;
  hold?: boolean;
  reason?: string;
}

/** `interlock incident priority`. */
export function priorityCommand(): Command {
  const command = new Command("priority")
    .description(
      "Make an incident more or less urgent. A P1 holds back what touches its scope, and calls the unit.",
    )
    .addOption(
      new Option("--to <priority>", "P1 to P4").choices(["P1", "P2", "P3", "P4"]).makeOptionMandatory(),
    )
    .option("--hold", "hold back what touches its scope, though it is no P1")
    .option("--reason <text>", "why");
  return incidentVerb<Flags>(command, {
    verb: "priority",
    example: "interlock incident priority INC-12 --to P1 --reason 'every second payment fails'",
    body: ({ to, hold, reason }) => ({ priority: to, ...given({ hold, reason }) }),
  });
}
