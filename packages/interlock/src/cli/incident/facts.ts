import { Command, InvalidArgumentError, Option } from "commander";
import { incidentDetailSchema } from "../../api/incident-detail.ts";
import { categories, incidentSchema } from "../../api/incidents.ts";
import type { Localised } from "../../api/localised.ts";
import { momentFlag } from "../duration-flag.ts";
import { given, localisedFlag } from "../localised-flag.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";
import { printIncident } from "./render-incident.ts";

interface Flags extends ServerFlags {
  title?: Localised;
  category?: string;
  responsibility?: string;
  startedAt?: string;
  detectedAt?: string;
  recoveredAt?: string | null;
  endedAt?: string;
  scope?: string[];
  public?: boolean;
  revision?: number;
}

/** `interlock incident facts`. */
export function factsCommand(): Command {
  const command = new Command("facts")
    .description("Correct facts: headers, durations and history follow by themselves.")
    .argument("<incident>", "INC-12")
    .option(
      "--title <language=text>",
      "what clients read, for each language; all languages anew",
      localisedFlag,
    )
    .addOption(new Option("--category <category>", "what kind of trouble it is").choices(categories))
    .option("--responsibility <name>", "who answers for it")
    .option("--started-at <moment>", "when clients began to feel it", momentFlag)
    .option("--detected-at <moment>", "when it was detected", momentFlag)
    .option("--recovered-at <moment>", "when the service was restored; 'none' takes it back", momentOrNone)
    .option("--ended-at <moment>", "its end as it is told", momentFlag)
    .option(
      "--scope <words>",
      "what it holds back; again for another scope",
      (text: string, before: string[] = []) => [...before, text],
    )
    .option("--public", "show it on the page")
    .option("--no-public", "take it off the page")
    .option("--revision <number>", "of the facts that you read (default: those of now)", Number)
    .addHelpText(
      "after",
      "\nExample:\n  interlock incident facts INC-12 --started-at 2026-12-17T14:17:00+01:00\n",
    );
  command.setOptionValue("public", undefined);
  return addServerFlags(command).action(async (incident: string, flags: Flags) => {
    const client = await openServerClient(flags);
    const path = `/incidents/${encodeURIComponent(incident)}`;
    const { title, category, responsibility, startedAt, detectedAt, recoveredAt, endedAt, scope } = flags;
    const revision =
      flags.revision ?? incidentDetailSchema.parse(await client.request("GET", path)).incident.revision;
    const answer = await client.request("PATCH", `${path}/facts`, {
      revision,
      ...given({ titles: title, category, responsibility, startedAt, detectedAt, recoveredAt, endedAt }),
      ...given({ scopes: scope, isPublic: flags.public }),
    });
    printIncident(flags, incidentSchema.parse(answer));
  });
}

function momentOrNone(text: string): string | null {
  if (text === "none") return null;
  try {
    return momentFlag(text);
  } catch (error) {
    if (error instanceof InvalidArgumentError) error.message += " Or none.";
    throw error;
  }
}
