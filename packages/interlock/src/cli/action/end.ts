import { Command } from "commander";
import { actionSchema } from "../../api/actions.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";
import { printAction } from "./render-action.ts";

/** `interlock action done` and `interlock action drop`. */
export function endActionCommand(verb: "done" | "drop"): Command {
  const command = new Command(verb)
    .description(
      verb === "done"
        ? "Say that an action is done. A block of it is lifted; a rule stays."
        : "Drop an action. What it put into the gate is lifted.",
    )
    .argument("<action>", "ACT-3")
    .requiredOption("--reason <text>", verb === "done" ? "what was done" : "why")
    .addHelpText(
      "after",
      `\nExample:\n  interlock action ${verb} ACT-3 --reason 'Every change goes by its plan now'\n`,
    );
  return addServerFlags(command).action(async (action: string, flags: ServerFlags & { reason: string }) => {
    const client = await openServerClient(flags);
    const path = `/actions/${encodeURIComponent(action)}/${verb}`;
    printAction(flags, actionSchema.parse(await client.request("POST", path, { reason: flags.reason })));
  });
}
