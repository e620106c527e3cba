import { Command } from "commander";
import { componentSchema } from "../../api/components.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";
import { addComponentFlags, componentBody, renderComponent, type ComponentFlags } from "./component-flags.ts";

interface Flags extends ServerFlags, ComponentFlags {
  env: string;
  hide?: boolean;
  show?: boolean;
}

/** `interlock component set`. */
export function setComponentCommand(): Command {
  const command = addComponentFlags(new Command("set"))
    .description("Change what is given of a component.")
    .argument("<key>", "payment-api")
    .requiredOption("--env <environment>", "where")
    .option("--no-group", "take it out of its group")
    .option("--no-scope", "take its scope away")
    .option("--no-declares", "let a person decide whether trouble is an incident")
    .option("--hide", "leave it off the page")
    .option("--show", "put it on the page")
    .addHelpText(
      "after",
      "\nExample:\n  interlock component set payment-api --env production --scope app=payments\n",
    );
  // Commander takes a flag with --no- for one that is on; here it is one that nothing was said of.
  for (const name of ["group", "scope", "declares"]) command.setOptionValue(name, undefined);
  return addServerFlags(command).action(async (key: string, flags: Flags) => {
    const client = await openServerClient(flags);
    const path = `/environments/${encodeURIComponent(flags.env)}/components/${encodeURIComponent(key)}`;
    const shown = flags.hide === true ? { isShown: false } : flags.show === true ? { isShown: true } : {};
    const answer = await client.request("PATCH", path, { ...componentBody(flags), ...shown });
    const component = componentSchema.parse(answer);
    process.stdout.write(flags.json ? `${JSON.stringify(component)}\n` : renderComponent(component));
  });
}
