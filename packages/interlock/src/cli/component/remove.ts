import { Command } from "commander";
import { componentSchema } from "../../api/components.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";

/** `interlock component remove`. */
export function removeComponentCommand(): Command {
  const command = new Command("remove")
    .description("Take a component off the page; its history stays.")
    .argument("<key>", "payment-api")
    .requiredOption("--env <environment>", "where")
    .addHelpText("after", "\nExample:\n  interlock component remove old-api --env production\n");
  return addServerFlags(command).action(async (key: string, flags: ServerFlags & { env: string }) => {
    const client = await openServerClient(flags);
    const path = `/environments/${encodeURIComponent(flags.env)}/components/${encodeURIComponent(key)}`;
    const component = componentSchema.parse(await client.request("DELETE", path));
    process.stdout.write(flags.json ? `${JSON.stringify(component)}\n` : `${component.key} is removed.\n`);
  });
}
