import { Command } from "commander";
import type { Localised } from "../../api/localised.ts";
import { updateSchema } from "../../api/updates.ts";
import { given, localesFlag } from "../localised-flag.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";
import { printUpdate } from "./render-update.ts";
import { textsOf } from "./saying-flags.ts";

interface EditFlags extends ServerFlags {
  fr?: string;
  en?: string;
  it?: string;
  correction: boolean;
  incomplete?: string;
}

/** `interlock incident edit`. */
export function editUpdateCommand(): Command {
  const command = new Command("edit")
    .description(
      "Write texts of an update anew. The languages that are left out go stale, unless it is a correction.",
    )
    .argument("<update>", "upd_…; incident show names them")
    .option("--fr <text>", "the whole text in French")
    .option("--en <text>", "the whole text in English")
    .option("--it <text>", "the whole text in Italian")
    .option("--correction", "a slip of the pen: nobody is told, and nothing goes stale", false)
    .option("--incomplete <reason>", "why it stays public though a language is missing or stale")
    .addHelpText(
      "after",
      "\nExample:\n  interlock incident edit upd_4x0k9d2m7q1tzc8v --en 'Payments work again.' --correction\n",
    );
  return addServerFlags(command).action(async (id: string, flags: EditFlags) => {
    const client = await openServerClient(flags);
    const path = `/updates/${encodeURIComponent(id)}`;
    const { texts: known } = updateSchema.parse(await client.request("GET", path));
    const texts = textsOf(flags) as Localised;
    const read = known.filter(({ locale }) => texts[locale] !== undefined);
    const answer = await client.request("PATCH", path, {
      texts,
      revisions: Object.fromEntries(read.map(({ locale, revision }) => [locale, revision])),
      isCorrection: flags.correction,
      ...given({ incompleteReason: flags.incomplete }),
    });
    printUpdate(flags, updateSchema.parse(answer));
  });
}

/** `interlock incident confirm`. */
export function confirmUpdateCommand(): Command {
  const command = new Command("confirm")
    .description("Say that stale texts of an update still say what the others do.")
    .argument("<update>", "upd_…")
    .requiredOption("--locales <list>", "which: en,it", localesFlag)
    .addHelpText("after", "\nExample:\n  interlock incident confirm upd_4x0k9d2m7q1tzc8v --locales en,it\n");
  return updateVerb<{ locales: string[] }>(command, "confirm", ({ locales }) => ({ locales }));
}

/** `interlock incident publish`. */
export function publishUpdateCommand(): Command {
  const command = new Command("publish")
    .description("Publish the draft of an update.")
    .argument("<update>", "upd_…")
    .option("--incomplete <reason>", "why it goes out though a language is missing or stale")
    .addHelpText("after", "\nExample:\n  interlock incident publish upd_4x0k9d2m7q1tzc8v\n");
  return updateVerb<{ incomplete?: string }>(command, "publish", ({ incomplete }) =>
    given({ incompleteReason: incomplete }),
  );
}

/** `interlock incident withdraw`. */
export function withdrawUpdateCommand(): Command {
  const command = new Command("withdraw")
    .description("Take an update off the page, or throw a draft away.")
    .argument("<update>", "upd_…")
    .requiredOption("--reason <text>", "why")
    .addHelpText(
      "after",
      "\nExample:\n  interlock incident withdraw upd_4x0k9d2m7q1tzc8v --reason 'wrong incident'\n",
    );
  return updateVerb<{ reason: string }>(command, "withdraw", ({ reason }) => ({ reason }));
}

function updateVerb<Flags>(command: Command, verb: string, body: (flags: Flags) => object): Command {
  return addServerFlags(command).action(async (id: string, flags: ServerFlags & Flags) => {
    const client = await openServerClient(flags);
    const answer = await client.request("POST", `/updates/${encodeURIComponent(id)}/${verb}`, body(flags));
    printUpdate(flags, updateSchema.parse(answer));
  });
}
