import type { Command } from "commander";
import { incidentSchema } from "../../api/incidents.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";
import { printIncident } from "./render-incident.ts";

/** Makes a command that does one verb to an incident and prints what it is then. */
export function incidentVerb<Flags>(
  command: Command,
  {
    verb,
    example,
    body,
    method = "POST",
  }: { verb: string; example: string; body: (flags: Flags) => object; method?: "POST" | "PATCH" },
): Command {
  command.argument("<incident>", "INC-12").addHelpText("after", `\nExample:\n  ${example}\n`);
  return addServerFlags(command).action(async (incident: string, flags: ServerFlags & Flags) => {
    const client = await openServerClient(flags);
    const path = `/incidents/${encodeURIComponent(incident)}/${verb}`;
    printIncident(flags, incidentSchema.parse(await client.request(method, path, body(flags))));
  });
}
