import { Command } from "commander";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";
import { actOn } from "./print-postmortem.ts";

/** `interlock postmortem submit`. */
export function submitPostmortemCommand(): Command {
  return verbCommand("submit", "Hand a draft to somebody else to read.");
}

/** `interlock postmortem approve`. */
export function approvePostmortemCommand(): Command {
  return verbCommand("approve", "Say, as somebody who wrote none of it, that it may be published.");
}

/** `interlock postmortem ask-changes`. */
export function askChangesCommand(): Command {
  const command = new Command("ask-changes")
    .description("Send it back to its authors, with what is to be changed.")
    .argument("<incident>", "INC-12")
    .requiredOption("--note <text>", "what is to be changed")
    .addHelpText(
      "after",
      "\nExample:\n  interlock postmortem ask-changes INC-12 --note 'Say why it took 20 minutes'\n",
    );
  return addServerFlags(command).action(async (incident: string, flags: ServerFlags & { note: string }) => {
    const client = await openServerClient(flags);
    await actOn(client, { incident, verb: "ask-changes", body: { note: flags.note }, flags });
  });
}

function verbCommand(verb: string, description: string): Command {
  const command = new Command(verb)
    .description(description)
    .argument("<incident>", "INC-12")
    .addHelpText("after", `\nExample:\n  interlock postmortem ${verb} INC-12\n`);
  return addServerFlags(command).action(async (incident: string, flags: ServerFlags) => {
    const client = await openServerClient(flags);
    await actOn(client, { incident, verb, body: {}, flags });
  });
}
