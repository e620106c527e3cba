import { Command } from "commander";
import { acceptActionCommand } from "./action/accept.ts";
import { changeActionCommand } from "./action/change.ts";
import { endActionCommand } from "./action/end.ts";
import { listActionsCommand, showActionCommand } from "./action/list.ts";
import { proposeActionCommand } from "./action/propose.ts";

/** `interlock action …`: what will be done about incidents. */
export function actionCommand(): Command {
  const command = new Command("action").description(
    "Actions after an incident: tasks, and blocks and rules that the gate enforces.",
  );
  for (const inner of [
    proposeActionCommand(),
    listActionsCommand(),
    showActionCommand(),
    acceptActionCommand(),
    changeActionCommand(),
    endActionCommand("done"),
    endActionCommand("drop"),
  ]) {
    command.addCommand(inner);
  }
  return command;
}
