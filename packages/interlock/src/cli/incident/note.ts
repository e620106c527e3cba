import { Command } from "commander";
import { momentFlag } from "../duration-flag.ts";
import { given } from "../localised-flag.ts";
import { incidentVerb } from "./verb-command.ts";

/** `interlock incident note`. */
export function noteCommand(): Command {
  const command = new Command("note")
    .description("Write something down on the timeline; nobody outside reads it.")
    .requiredOption("--text <text>", "what")
    .option("--at <moment>", "when it happened (default: now)", momentFlag);
  return incidentVerb<{ text: string; at?: string }>(command, {
    verb: "notes",
    example: "interlock incident note INC-12 --text 'The acquirer sees no refusals of its own.'",
    body: ({ text, at }) => ({ text, ...given({ at }) }),
  });
}
