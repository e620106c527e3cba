import { Command } from "commander";
import { listIncidentsCommand } from "./incident/list.ts";
import { openIncidentCommand } from "./incident/open.ts";
import { phrasesCommand } from "./incident/phrases.ts";
import { reopenIncidentCommand } from "./incident/reopen.ts";
import { resolveIncidentCommand } from "./incident/resolve.ts";
import { updateIncidentCommand } from "./incident/update.ts";

/** `interlock incident …`: from detection to the end. */
export function incidentCommand(): Command {
  const command = new Command("incident").description(
    "Incidents: who works on them, what clients are told, and what the gate holds back while they are open.",
  );
  for (const inner of [
    openIncidentCommand(),
    listIncidentsCommand(),
    updateIncidentCommand(),
    resolveIncidentCommand(),
    reopenIncidentCommand(),
    phrasesCommand(),
  ]) {
    command.addCommand(inner);
  }
  return command;
}
