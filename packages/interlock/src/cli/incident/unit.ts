import { Command } from "commander";
import { incidentVerb } from "./verb-command.ts";

/** `interlock incident unit`. */
export function unitCommand(): Command {
  const command = new Command("unit").description(
    "Open the unit of an incident that is no P1: everybody on level 1 is called.",
  );
  return incidentVerb<object>(command, {
    verb: "unit",
    example: "interlock incident unit INC-12",
    body: () => ({}),
  });
}
