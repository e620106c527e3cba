import { Command } from "commander";
import { acknowledgeCommand } from "./incident/acknowledge.ts";
import { assignCommand } from "./incident/assign.ts";
import { culpritCommand } from "./incident/culprit.ts";
import { classifyCommand } from "./incident/classify.ts";
import {
  confirmUpdateCommand,
  editUpdateCommand,
  publishUpdateCommand,
  withdrawUpdateCommand,
} from "./incident/edit.ts";
import { factsCommand } from "./incident/facts.ts";
import { impactCommand } from "./incident/impact.ts";
import { listIncidentsCommand } from "./incident/list.ts";
import { mergeCommand } from "./incident/merge.ts";
import { noteCommand } from "./incident/note.ts";
import { openIncidentCommand } from "./incident/open.ts";
import { phrasesCommand } from "./incident/phrases.ts";
import { priorityCommand } from "./incident/priority.ts";
import { reopenIncidentCommand } from "./incident/reopen.ts";
import { reportCommand } from "./incident/report.ts";
import { resolveIncidentCommand } from "./incident/resolve.ts";
import { rollBackCommand } from "./incident/roll-back.ts";
import { showIncidentCommand } from "./incident/show.ts";
import { unitCommand } from "./incident/unit.ts";
import { updateIncidentCommand } from "./incident/update.ts";

/** `interlock incident …`: from detection to the end. */
export function incidentCommand(): Command {
  const command = new Command("incident").description(
    "Incidents: who works on them, what clients are told, and what the gate holds back while they are open.",
  );
  for (const inner of [
    openIncidentCommand(),
    listIncidentsCommand(),
    showIncidentCommand(),
    acknowledgeCommand(),
    assignCommand(),
    unitCommand(),
    noteCommand(),
    updateIncidentCommand(),
    publishUpdateCommand(),
    editUpdateCommand(),
    confirmUpdateCommand(),
    withdrawUpdateCommand(),
    phrasesCommand(),
    priorityCommand(),
    impactCommand(),
    factsCommand(),
    culpritCommand(),
    rollBackCommand(),
    resolveIncidentCommand(),
    reopenIncidentCommand(),
    mergeCommand(),
    classifyCommand(),
    reportCommand(),
  ]) {
    command.addCommand(inner);
  }
  return command;
}
