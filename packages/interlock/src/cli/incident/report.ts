import { Command, Option } from "commander";
import { factsExportSchema, incidentDetailSchema } from "../../api/incident-detail.ts";
import { incidentSchema } from "../../api/incidents.ts";
import { reportKinds } from "../../api/reports.ts";
import { momentFlag } from "../duration-flag.ts";
import { given } from "../localised-flag.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";
import { printIncident } from "./render-incident.ts";
import { renderReports } from "./render-reports.ts";

/** `interlock incident report due|submitted|export`. */
export function reportCommand(): Command {
  return new Command("report")
    .description("Reports of a major incident to the authorities (EU 2022/2554, article 19).")
    .addCommand(dueCommand())
    .addCommand(submittedCommand())
    .addCommand(exportCommand());
}

function dueCommand(): Command {
  const command = new Command("due")
    .description("Show what is due, overdue and submitted.")
    .argument("<incident>", "INC-12")
    .addHelpText("after", "\nExample:\n  interlock incident report due INC-12\n");
  return addServerFlags(command).action(async (incident: string, flags: ServerFlags) => {
    const client = await openServerClient(flags);
    const answer = await client.request("GET", `/incidents/${encodeURIComponent(incident)}`);
    const { reports } = incidentDetailSchema.parse(answer);
    const none = "Nothing is due: it is not classified as major.\n";
    const text = reports.length === 0 ? none : renderReports(reports);
    process.stdout.write(flags.json ? `${JSON.stringify({ reports })}\n` : text);
  });
}

function submittedCommand(): Command {
  const command = new Command("submitted")
    .description("Write down that a report was submitted: the time of the next one runs from then.")
    .argument("<incident>", "INC-12")
    .addOption(new Option("--kind <kind>", "which report").choices(reportKinds).makeOptionMandatory())
    .option("--at <moment>", "when (default: now)", momentFlag)
    .option("--reference <text>", "what the authority calls it")
    .addHelpText("after", "\nExample:\n  interlock incident report submitted INC-12 --kind initial\n");
  return addServerFlags(command).action(
    async (incident: string, flags: ServerFlags & { kind: string; at?: string; reference?: string }) => {
      const client = await openServerClient(flags);
      const { kind, at, reference } = flags;
      const path = `/incidents/${encodeURIComponent(incident)}/reports`;
      const answer = await client.request("POST", path, { kind, ...given({ at, reference }) });
      printIncident(flags, incidentSchema.parse(answer));
    },
  );
}

function exportCommand(): Command {
  const command = new Command("export")
    .description("Print all facts of an incident as JSON, for the report's form.")
    .argument("<incident>", "INC-12")
    .addHelpText("after", "\nExample:\n  interlock incident report export INC-12 > INC-12.json\n");
  return addServerFlags(command).action(async (incident: string, flags: ServerFlags) => {
    const client = await openServerClient(flags);
    const answer = await client.request("GET", `/incidents/${encodeURIComponent(incident)}/facts`);
    process.stdout.write(`${JSON.stringify(factsExportSchema.parse(answer), null, 2)}\n`);
  });
}
