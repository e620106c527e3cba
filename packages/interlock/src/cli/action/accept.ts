import { Command } from "commander";
import { actionSchema } from "../../api/actions.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";
import { printAction } from "./render-action.ts";

/** `interlock action accept`. */
export function acceptActionCommand(): Command {
  const command = new Command("accept")
    .description("Bring a block or a rule into force, by the backtest that you read.")
    .argument("<action>", "ACT-3")
    .requiredOption("--backtest <digest>", "of the backtest that you read; interlock action show says it")
    .addHelpText("after", "\nExample:\n  interlock action accept ACT-3 --backtest 3f9a…\n");
  return addServerFlags(command).action(async (action: string, flags: ServerFlags & { backtest: string }) => {
    const client = await openServerClient(flags);
    const path = `/actions/${encodeURIComponent(action)}/accept`;
    const answer = await client.request("POST", path, { backtest: flags.backtest });
    printAction(flags, actionSchema.parse(answer));
  });
}
