import type { Incident } from "../../api/incidents.ts";
import { textIn } from "../../language/text-in.ts";
import type { ServerFlags } from "../server-client.ts";

/** Prints an incident after something was done to it. */
export function printIncident({ json }: Pick<ServerFlags, "json">, incident: Incident): void {
  process.stdout.write(json ? `${JSON.stringify(incident)}\n` : renderIncident(incident));
}

/** `INC-12  P1 identified  Payments fail  payment-api=major_outage  since 2026-…`. */
export function renderIncident(incident: Incident): string {
  const { reference, priority, status, titles, affected, holds, scopes, startedAt, endedAt, mergedInto } =
    incident;
  const components = affected.map(({ component, status: impact }) => `${component}=${impact}`).join(" ");
  const state = mergedInto === null ? status : `merged into ${mergedInto}`;
  const time = endedAt === null ? `since ${startedAt}` : `${startedAt} to ${endedAt}`;
  const held = holds && incident.closedAt === null ? `(holds ${scopes.join(" | ")})` : "";
  return `${[`${reference}  ${priority} ${state}`, textIn(titles, "en")?.text ?? "", components, held, time]
    .filter((part) => part !== "")
    .join("  ")}\n`;
}
