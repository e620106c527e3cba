import { Command } from "commander";
import { incidentDetailSchema, type IncidentDetail } from "../../api/incident-detail.ts";
import { timelineSchema, type TimelineEntry } from "../../api/incidents.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";
import { culpritListSchema } from "../../api/culprits.ts";
import { renderCulprits } from "./culprit.ts";
import { renderIncident } from "./render-incident.ts";
import { renderReports } from "./render-reports.ts";
import { renderUpdate } from "./render-update.ts";

/** `interlock incident show`. */
export function showIncidentCommand(): Command {
  const command = new Command("show")
    .description("Show an incident: its header, updates, unit, and what the authorities are due.")
    .argument("<incident>", "INC-12")
    .option("--timeline", "what happened in and around it", false)
    .addHelpText("after", "\nExample:\n  interlock incident show INC-12 --timeline\n");
  return addServerFlags(command).action(
    async (incident: string, flags: ServerFlags & { timeline: boolean }) => {
      const client = await openServerClient(flags);
      const path = `/incidents/${encodeURIComponent(incident)}`;
      if (flags.timeline) {
        const answer = timelineSchema.parse(await client.request("GET", `${path}/timeline`));
        process.stdout.write(
          flags.json ? `${JSON.stringify(answer)}\n` : answer.timeline.map(renderEntry).join(""),
        );
        return;
      }
      const detail = incidentDetailSchema.parse(await client.request("GET", path));
      if (flags.json) {
        process.stdout.write(`${JSON.stringify(detail)}\n`);
        return;
      }
      const { incident: reference, culprits } = culpritListSchema.parse(
        await client.request("GET", `${path}/culprits`),
      );
      const named = culprits.filter(({ hasEvidence }) => hasEvidence);
      const text = named.length === 0 ? "" : `What may have caused it:\n${renderCulprits(named, reference)}`;
      process.stdout.write(`${render(detail)}${text}`);
    },
  );
}

function render({ incident, header, updates, unit, reports, merged }: IncidentDetail): string {
  const now = unit.roles.filter(({ endedAt }) => endedAt === null);
  const parts = [
    renderIncident(incident),
    `revision ${String(incident.revision)} of its facts\n`,
    ...header.en.map(({ label, text }) => `  ${label}: ${text}\n`),
    ...(merged.length === 0 ? [] : [`  Merged into it: ${merged.join(", ")}\n`]),
    ...now.map(({ role, person }) => `  ${role}: ${person}\n`),
    ...unit.calls.map((call) => {
      const answer = call.answeredAt === null ? `answer by ${call.answerBy}` : `answered ${call.answeredAt}`;
      return `  called ${call.person} (${call.role}, level ${String(call.level)}, ${call.channel} ${call.address}): ${answer}\n`;
    }),
    renderReports(reports),
    ...updates.map(renderUpdate),
  ];
  return parts.join("");
}

function renderEntry({ at, kind, actor, detail }: TimelineEntry): string {
  const said = detail as Record<string, unknown>;
  const text = typeof said["text"] === "string" ? said["text"] : JSON.stringify(detail);
  return `${at}  ${kind}  ${actor}  ${text.replaceAll("\n", "\n    ")}\n`;
}
