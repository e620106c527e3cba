import { Command } from "commander";
import { signalSchema } from "../../api/signals.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";
import { renderSignal } from "./list.ts";

/** `interlock signal end`. */
export function endSignalCommand(): Command {
  const command = new Command("end")
    .description("Say that a signal is over which its sender does not end any more.")
    .argument("<signal>", "its id, sig_…")
    .requiredOption("--reason <text>", "why")
    .addHelpText(
      "after",
      "\nExample:\n  interlock signal end sig_4x0k9d2m7q1tzc8v --reason 'the sender is gone'\n",
    );
  return addServerFlags(command).action(async (id: string, flags: ServerFlags & { reason: string }) => {
    const client = await openServerClient(flags);
    const path = `/signals/${encodeURIComponent(id)}/end`;
    const signal = signalSchema.parse(await client.request("POST", path, { reason: flags.reason }));
    process.stdout.write(flags.json ? `${JSON.stringify(signal)}\n` : renderSignal(signal));
  });
}
