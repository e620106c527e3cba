import { Command } from "commander";
import { addComponentCommand } from "./component/add.ts";
import { listComponentsCommand } from "./component/list.ts";
import { removeComponentCommand } from "./component/remove.ts";
import { setComponentCommand } from "./component/set.ts";

/** `interlock component add|set|remove|list`. */
export function componentCommand(): Command {
  return new Command("component")
    .description("What clients see as one service: its names, its scope, and the incident that it declares.")
    .addCommand(addComponentCommand())
    .addCommand(setComponentCommand())
    .addCommand(removeComponentCommand())
    .addCommand(listComponentsCommand());
}
