import { Command } from "commander";
import { postmortemSchema } from "../../api/postmortems.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";
import { pathOf, print } from "./print-postmortem.ts";

/** `interlock postmortem draft`. */
export function draftPostmortemCommand(): Command {
  const command = new Command("draft")
    .description("Draft a post-mortem from the facts, in every required language.")
    .argument("<incident>", "INC-12")
    .option("--caused-by <change>", "the change that is known to have caused it, chg_…")
    .addHelpText(
      "after",
      "\nExample:\n  interlock postmortem draft INC-12 --caused-by chg_4x0k9d2m7q1tzc8v\n",
    );
  return addServerFlags(command).action(
    async (incident: string, flags: ServerFlags & { causedBy?: string }) => {
      const client = await openServerClient(flags);
      const { causedBy } = flags;
      const body = causedBy === undefined ? {} : { causedBy };
      print(flags, postmortemSchema.parse(await client.request("POST", pathOf(incident), body)));
    },
  );
}
