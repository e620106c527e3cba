import { Command } from "commander";
import { statuspageBuildCommand } from "./statuspage/build.ts";
import { statuspagePreviewCommand } from "./statuspage/preview.ts";
import { statuspageServeCommand } from "./statuspage/serve.ts";
import { setStatusPageCommand } from "./statuspage/set.ts";
import { statuspageStatusCommand } from "./statuspage/status.ts";

/** `interlock statuspage …`: one file for each subcommand. */
export function statusPageCommand(): Command {
  return new Command("statuspage")
    .description("The public status page: set it up, write it, serve it, see how it goes with it.")
    .addCommand(setStatusPageCommand())
    .addCommand(statuspageBuildCommand())
    .addCommand(statuspageServeCommand())
    .addCommand(statuspagePreviewCommand())
    .addCommand(statuspageStatusCommand());
}
