import { Command } from "commander";
import { componentListSchema } from "../../api/components.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";
import { renderComponent } from "./component-flags.ts";

/** `interlock component list`. */
export function listComponentsCommand(): Command {
  const command = new Command("list")
    .description("List the components of an environment, each with the state that it is in.")
    .requiredOption("--env <environment>", "where")
    .addHelpText("after", "\nExample:\n  interlock component list --env production\n");
  return addServerFlags(command).action(async (flags: ServerFlags & { env: string }) => {
    const client = await openServerClient(flags);
    const path = `/environments/${encodeURIComponent(flags.env)}/components`;
    const answer = componentListSchema.parse(await client.request("GET", path));
    const text =
      answer.components.length === 0
        ? "There is no component.\n"
        : answer.components.map(renderComponent).join("");
    process.stdout.write(flags.json ? `${JSON.stringify(answer)}\n` : text);
  });
}
