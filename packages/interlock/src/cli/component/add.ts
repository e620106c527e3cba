import { Command } from "commander";
import { componentSchema } from "../../api/components.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";
import { addComponentFlags, componentBody, renderComponent, type ComponentFlags } from "./component-flags.ts";

/** `interlock component add`. */
export function addComponentCommand(): Command {
  const command = addComponentFlags(new Command("add"))
    .description("Add a component, or a group of them.")
    .argument("<key>", "payment-api")
    .requiredOption("--env <environment>", "where")
    .option("--is-group", "a group of components", false)
    .addHelpText(
      "after",
      `
Example:
  interlock component add payment-api --env production --name fr='API de Paiement' --name en='Payment API' --name it='API di Pagamento' \\
    --scope app=payments --declares P1,major_outage,publish
`,
    );
  return addServerFlags(command).action(
    async (key: string, flags: ServerFlags & ComponentFlags & { env: string; isGroup: boolean }) => {
      const client = await openServerClient(flags);
      const path = `/environments/${encodeURIComponent(flags.env)}/components`;
      const answer = await client.request("POST", path, {
        key,
        isGroup: flags.isGroup,
        ...componentBody(flags),
      });
      const component = componentSchema.parse(answer);
      process.stdout.write(flags.json ? `${JSON.stringify(component)}\n` : renderComponent(component));
    },
  );
}
