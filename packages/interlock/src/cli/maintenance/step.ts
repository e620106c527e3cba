import { Command } from "commander";
import { maintenanceSchema } from "../../api/maintenances.ts";
import { addSayingFlags, sayingBody, type SayingFlags } from "../incident/saying-flags.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";
import { renderMaintenance } from "./render-maintenance.ts";

/** `interlock maintenance start|verify|complete|cancel`. */
export function stepMaintenanceCommand(
  step: "start" | "verify" | "complete" | "cancel",
  description: string,
): Command {
  const command = new Command(step)
    .description(description)
    .argument("<maintenance>", "MNT-13")
    .addHelpText("after", `\nExample:\n  interlock maintenance ${step} MNT-13\n`);
  return addServerFlags(addSayingFlags(command)).action(
    async (maintenance: string, flags: ServerFlags & SayingFlags) => {
      const client = await openServerClient(flags);
      const path = `/maintenances/${encodeURIComponent(maintenance)}/${step}`;
      const answer = maintenanceSchema.parse(await client.request("POST", path, sayingBody(flags)));
      process.stdout.write(flags.json ? `${JSON.stringify(answer)}\n` : renderMaintenance(answer));
    },
  );
}
