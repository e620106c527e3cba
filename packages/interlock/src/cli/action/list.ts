import { Command } from "commander";
import { actionListSchema, actionSchema } from "../../api/actions.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";
import { printAction, renderAction } from "./render-action.ts";

interface Flags extends ServerFlags {
  incident?: string;
  env?: string;
  all: boolean;
}

/** `interlock action list`. */
export function listActionsCommand(): Command {
  const command = new Command("list")
    .description("List the actions that are open, those that are due first on top.")
    .option("--incident <incident>", "of one incident")
    .option("--env <environment>", "of one environment")
    .option("--all", "those that have ended, too", false)
    .addHelpText("after", "\nExample:\n  interlock action list --incident INC-12\n");
  return addServerFlags(command).action(async (flags: Flags) => {
    const client = await openServerClient(flags);
    const asked = new URLSearchParams({ all: String(flags.all) });
    if (flags.incident !== undefined) asked.set("incident", flags.incident);
    if (flags.env !== undefined) asked.set("environment", flags.env);
    const { actions } = actionListSchema.parse(await client.request("GET", `/actions?${asked.toString()}`));
    const text = actions.length === 0 ? "No action is open.\n" : actions.map(renderAction).join("\n");
    process.stdout.write(flags.json ? `${JSON.stringify({ actions })}\n` : text);
  });
}

/** `interlock action show`. */
export function showActionCommand(): Command {
  const command = new Command("show")
    .description("Show an action, with its backtest and what the gate has refused because of it.")
    .argument("<action>", "ACT-3")
    .addHelpText("after", "\nExample:\n  interlock action show ACT-3\n");
  return addServerFlags(command).action(async (action: string, flags: ServerFlags) => {
    const client = await openServerClient(flags);
    printAction(
      flags,
      actionSchema.parse(await client.request("GET", `/actions/${encodeURIComponent(action)}`)),
    );
  });
}
