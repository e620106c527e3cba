import { Command } from "commander";
import { actionSchema } from "../../api/actions.ts";
import type { Localised } from "../../api/localised.ts";
import { momentFlag } from "../duration-flag.ts";
import { given, localisedFlag } from "../localised-flag.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";
import { printAction } from "./render-action.ts";

interface Flags extends ServerFlags {
  owner?: string;
  due?: string;
  symptom?: Localised;
  text?: Localised;
}

/** `interlock action change`. */
export function changeActionCommand(): Command {
  const command = new Command("change")
    .description("Change what an action says, whose it is, or when it is due.")
    .argument("<action>", "ACT-3")
    .option("--owner <person>", "who sees to it")
    .option("--due <moment>", "until when; its owner is reminded anew", momentFlag)
    .option("--symptom <language=text>", "what it answers to, once for each language", localisedFlag)
    .option("--text <language=text>", "what will be done, once for each language", localisedFlag)
    .addHelpText(
      "after",
      "\nExample:\n  interlock action change ACT-3 --owner grace --due 2027-02-15T17:00:00+01:00\n",
    );
  return addServerFlags(command).action(async (action: string, flags: Flags) => {
    const client = await openServerClient(flags);
    const path = `/actions/${encodeURIComponent(action)}`;
    const { revision } = actionSchema.parse(await client.request("GET", path));
    const { owner, due, symptom, text } = flags;
    const change = given({ owner, dueAt: due, symptoms: symptom, texts: text });
    printAction(flags, actionSchema.parse(await client.request("PATCH", path, { ...change, revision })));
  });
}
