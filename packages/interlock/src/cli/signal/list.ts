import { Command } from "commander";
import { signalListSchema, type Signal } from "../../api/signals.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";

/** `interlock signal list`. */
export function listSignalsCommand(): Command {
  const command = new Command("list")
    .description("List the signals of an environment: those that fire first.")
    .requiredOption("--env <environment>", "where")
    .option("--firing", "only those", false)
    .addHelpText("after", "\nExample:\n  interlock signal list --env production --firing\n");
  return addServerFlags(command).action(async (flags: ServerFlags & { env: string; firing: boolean }) => {
    const client = await openServerClient(flags);
    const path = `/environments/${encodeURIComponent(flags.env)}/signals?firing=${String(flags.firing)}`;
    const answer = signalListSchema.parse(await client.request("GET", path));
    const text = answer.signals.map(renderSignal).join("") || "Nothing says that anything is unwell.\n";
    process.stdout.write(flags.json ? `${JSON.stringify(answer)}\n` : text);
  });
}

/** A signal in one line. */
export function renderSignal(signal: Signal): string {
  const { id, state, severity, source, origin, title, component, startedAt, endedAt, count, incident } =
    signal;
  const when = state === "firing" ? `fires since ${startedAt}` : `${startedAt} to ${endedAt ?? ""}`;
  const about = component === null ? "" : `  about ${component}`;
  const often = count > 1 ? `  ${String(count)} times` : "";
  const home = incident === null ? "" : `  in ${incident}`;
  return `${id}  ${severity} ${source} ${origin}  ${when}  ${title}${about}${often}${home}\n`;
}
