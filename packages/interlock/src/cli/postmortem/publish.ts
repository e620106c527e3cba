import { Command } from "commander";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";
import { actOn } from "./print-postmortem.ts";

/** `interlock postmortem publish`. */
export function publishPostmortemCommand(): Command {
  const command = new Command("publish")
    .description("Publish what was approved; a later edition is marked as edited.")
    .argument("<incident>", "INC-12")
    .option("--incomplete <reason>", "why it goes out with a language missing or stale")
    .addHelpText("after", "\nExample:\n  interlock postmortem publish INC-12\n");
  return addServerFlags(command).action(
    async (incident: string, flags: ServerFlags & { incomplete?: string }) => {
      const client = await openServerClient(flags);
      const body = flags.incomplete === undefined ? {} : { incompleteReason: flags.incomplete };
      await actOn(client, { incident, verb: "publish", body, flags });
    },
  );
}
