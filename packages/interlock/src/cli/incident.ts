import { Command, Option } from "commander";
import { incidentListSchema, incidentSchema, type Incident } from "../api/incidents.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "./server-client.ts";

interface OpenFlags extends ServerFlags {
  env: string;
  priority: string;
  title: string;
  scope: string;
  hold: boolean;
}

/** `interlock incident open|close|list`: what the gate is to know of incidents. */
export function incidentCommand(): Command {
  return new Command("incident")
    .description("Tell the gate of incidents: while a P1 is open, what touches its scope waits.")
    .addCommand(openCommand())
    .addCommand(closeCommand())
    .addCommand(listCommand());
}

function openCommand(): Command {
  const command = new Command("open")
    .description("Open an incident.")
    .argument("<reference>", "what people call it: INC-7")
    .requiredOption("--env <environment>", "where")
    .addOption(
      new Option("--priority <priority>", "a P1 holds back what touches its scope")
        .choices(["P1", "P2", "P3", "P4"])
        .makeOptionMandatory(),
    )
    .requiredOption("--title <text>", "what it is")
    .requiredOption("--scope <words>", "what it is about: app=… table=… kind=… env=…")
    .option("--hold", "hold back what touches its scope, though it is no P1", false)
    .addHelpText(
      "after",
      `
Example:
  interlock incident open INC-7 --env production --priority P1 --title 'e-commerce payments fail' --scope app=payments
`,
    );
  return addServerFlags(command).action(async (reference: string, flags: OpenFlags) => {
    const client = await openServerClient(flags);
    const { env, priority, title, scope, hold } = flags;
    const path = `/environments/${encodeURIComponent(env)}/incidents`;
    const answer = await client.request("POST", path, { reference, priority, title, scope, hold });
    print(flags, incidentSchema.parse(answer));
  });
}

function closeCommand(): Command {
  const command = new Command("close")
    .description("Close an incident: it holds nothing back any more.")
    .argument("<incident>", "its id, inc_…")
    .addHelpText("after", "\nExample:\n  interlock incident close inc_4x0k9d2m7q1tzc8v\n");
  return addServerFlags(command).action(async (id: string, flags: ServerFlags) => {
    const client = await openServerClient(flags);
    print(
      flags,
      incidentSchema.parse(await client.request("POST", `/incidents/${encodeURIComponent(id)}/close`)),
    );
  });
}

function listCommand(): Command {
  const command = new Command("list")
    .description("List the open incidents.")
    .requiredOption("--env <environment>", "where")
    .option("--all", "closed ones, too", false)
    .addHelpText("after", "\nExample:\n  interlock incident list --env production\n");
  return addServerFlags(command).action(async (flags: ServerFlags & { env: string; all: boolean }) => {
    const client = await openServerClient(flags);
    const path = `/environments/${encodeURIComponent(flags.env)}/incidents?all=${String(flags.all)}`;
    const answer = incidentListSchema.parse(await client.request("GET", path));
    const text =
      answer.incidents.length === 0 ? "No incident is open.\n" : answer.incidents.map(render).join("");
    process.stdout.write(flags.json ? `${JSON.stringify(answer)}\n` : text);
  });
}

function print({ json }: ServerFlags, incident: Incident): void {
  process.stdout.write(json ? `${JSON.stringify(incident)}\n` : render(incident));
}

function render({ id, reference, priority, title, scope, holds, openedAt, closedAt }: Incident): string {
  const state = closedAt === null ? `open since ${openedAt}` : `closed ${closedAt}`;
  return `${id}  ${priority} ${reference}  ${title}  (${scope}${holds ? ", holds" : ""})  ${state}\n`;
}
