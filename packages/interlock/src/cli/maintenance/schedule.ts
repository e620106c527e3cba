import { Command } from "commander";
import type { Localised } from "../../api/localised.ts";
import { maintenanceSchema } from "../../api/maintenances.ts";
import { durationFlag, momentFlag } from "../duration-flag.ts";
import { textsOf } from "../incident/saying-flags.ts";
import { given, listFlag, localisedFlag } from "../localised-flag.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";
import { renderMaintenance } from "./render-maintenance.ts";

interface Flags extends ServerFlags {
  env: string;
  title: Localised;
  component: string[];
  from: string;
  until: string;
  fr?: string;
  en?: string;
  it?: string;
  remind?: number;
  byHand: boolean;
  public: boolean;
  notify: boolean;
  incomplete?: string;
}

/** `interlock maintenance schedule`. */
export function scheduleMaintenanceCommand(): Command {
  const command = new Command("schedule")
    .description("Announce work on components.")
    .requiredOption("--env <environment>", "where")
    .requiredOption("--title <language=text>", "what clients read, for each language: en='…'", localisedFlag)
    .requiredOption("--component <key>", "what is worked on; again for another one", listFlag)
    .requiredOption("--from <moment>", "when it begins", momentFlag)
    .requiredOption("--until <moment>", "when it ends", momentFlag)
    .option("--fr <text>", "text in French, after the phrase that announces it")
    .option("--en <text>", "text in English")
    .option("--it <text>", "text in Italian")
    .option("--remind <duration>", "how long before subscribers are reminded (default: 1h)", durationFlag)
    .option("--by-hand", "begin and complete it by hand", false)
    .option("--no-public", "keep it off the page")
    .option("--no-notify", "tell no subscribers now")
    .option("--incomplete <reason>", "why it goes out though a language is missing")
    .addHelpText(
      "after",
      `
Example:
  interlock maintenance schedule --env production --title en='Database migration' --component payment-api \\
    --from 2026-12-01T02:00:00+01:00 --until 2026-12-01T03:00:00+01:00
`,
    );
  return addServerFlags(command).action(async (flags: Flags) => {
    const client = await openServerClient(flags);
    const texts = textsOf(flags);
    const answer = await client.request(
      "POST",
      `/environments/${encodeURIComponent(flags.env)}/maintenances`,
      {
        titles: flags.title,
        components: flags.component,
        scheduledFor: flags.from,
        scheduledUntil: flags.until,
        progressesByItself: !flags.byHand,
        isPublic: flags.public,
        notify: flags.notify,
        ...(Object.keys(texts).length === 0 ? {} : { texts }),
        ...given({
          remindMinutes: flags.remind === undefined ? undefined : Math.ceil(flags.remind / 60_000),
          incompleteReason: flags.incomplete,
        }),
      },
    );
    const maintenance = maintenanceSchema.parse(answer);
    process.stdout.write(flags.json ? `${JSON.stringify(maintenance)}\n` : renderMaintenance(maintenance));
  });
}
