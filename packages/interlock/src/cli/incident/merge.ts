import { Command } from "commander";
import { incidentVerb } from "./verb-command.ts";

/** `interlock incident merge`. */
export function mergeCommand(): Command {
  const command = new Command("merge")
    .description("Go on with an incident in another one; nobody is told twice.")
    .requiredOption("--into <incident>", "the one that goes on: INC-11");
  return incidentVerb<{ into: string }>(command, {
    verb: "merge",
    example: "interlock incident merge INC-12 --into INC-11",
    body: ({ into }) => ({ into }),
  });
}
