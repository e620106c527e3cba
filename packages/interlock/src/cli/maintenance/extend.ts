import { Command } from "commander";
import { maintenanceSchema } from "../../api/maintenances.ts";
import { momentFlag } from "../duration-flag.ts";
import { addSayingFlags, sayingBody, type SayingFlags } from "../incident/saying-flags.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";
import { renderMaintenance } from "./render-maintenance.ts";

/** `interlock maintenance extend`. */
export function extendMaintenanceCommand(): Command {
  const command = new Command("extend")
    .description("Say that a maintenance lasts longer.")
    .argument("<maintenance>", "MNT-13")
    .requiredOption("--until <moment>", "when it ends now", momentFlag)
    .addHelpText(
      "after",
      "\nExample:\n  interlock maintenance extend MNT-13 --until 2026-12-01T04:00:00+01:00\n",
    );
  return addServerFlags(addSayingFlags(command)).action(
    async (maintenance: string, flags: ServerFlags & SayingFlags & { until: string }) => {
      const client = await openServerClient(flags);
      const path = `/maintenances/${encodeURIComponent(maintenance)}/extend`;
      const body = { scheduledUntil: flags.until, ...sayingBody(flags) };
      const answer = maintenanceSchema.parse(await client.request("POST", path, body));
      process.stdout.write(flags.json ? `${JSON.stringify(answer)}\n` : renderMaintenance(answer));
    },
  );
}
