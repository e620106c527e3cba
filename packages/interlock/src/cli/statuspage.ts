import { Command } from "commander";
import { setStatusPageCommand } from "./statuspage/set.ts";

/** `interlock statuspage …`: one file for each subcommand. */
export function statusPageCommand(): Command {
  return new Command("statuspage").description("The public status page.").addCommand(setStatusPageCommand());
}
