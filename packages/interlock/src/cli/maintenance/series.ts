import { Command } from "commander";
import type { Localised } from "../../api/localised.ts";
import { seriesListSchema, seriesSchema, type Series } from "../../api/maintenances.ts";
import { weekly } from "../../gate/schedule/weekly.ts";
import { textIn } from "../../language/text-in.ts";
import { Failure } from "../../std/failure.ts";
import { durationFlag } from "../duration-flag.ts";
import { given, listFlag, localisedFlag } from "../localised-flag.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";

interface AddFlags extends ServerFlags {
  env: string;
  title: Localised;
  component: string[];
  weekly?: string;
  start?: string;
  rrule?: string;
  duration?: string;
  timeZone: string;
  remind?: number;
}

/** `interlock maintenance series add|list|end`. */
export function seriesCommand(): Command {
  return new Command("series")
    .description("Maintenance that comes again and again, by the clock on the wall.")
    .addCommand(addCommand())
    .addCommand(listCommand())
    .addCommand(endCommand());
}

function addCommand(): Command {
  const command = new Command("add")
    .description("Announce maintenance that comes again and again; each is announced two weeks ahead.")
    .requiredOption("--env <environment>", "where")
    .requiredOption("--title <language=text>", "what clients read, for each language: en='…'", localisedFlag)
    .requiredOption("--component <key>", "what is worked on; again for another one", listFlag)
    .option("--weekly <times>", '"sun 02:00 - sun 03:00"')
    .option("--start <local time>", "DTSTART by the clock of the time zone: 2026-12-06T02:00:00")
    .option("--rrule <rule>", "RRULE of iCalendar: FREQ=MONTHLY;BYDAY=1SU")
    .option("--duration <duration>", "ISO 8601: PT1H")
    .option("--time-zone <zone>", "whose clock", "Europe/Paris")
    .option("--remind <duration>", "how long before subscribers are reminded (default: 1h)", durationFlag)
    .addHelpText(
      "after",
      `
Example:
  interlock maintenance series add --env production --title en='Weekly maintenance' --component payment-api --weekly "sun 02:00 - sun 03:00"
`,
    );
  return addServerFlags(command).action(async (flags: AddFlags) => {
    const client = await openServerClient(flags);
    const path = `/environments/${encodeURIComponent(flags.env)}/maintenance-series`;
    const answer = await client.request("POST", path, {
      titles: flags.title,
      components: flags.component,
      schedule: scheduleOf(flags),
      ...given({ remindMinutes: flags.remind === undefined ? undefined : Math.ceil(flags.remind / 60_000) }),
    });
    const series = seriesSchema.parse(answer);
    process.stdout.write(flags.json ? `${JSON.stringify(series)}\n` : render(series));
  });
}

function scheduleOf({ weekly: times, start, rrule, duration, timeZone }: AddFlags): object {
  if (times !== undefined) return weekly(times, { timeZone, at: new Date() });
  if (start !== undefined && rrule !== undefined && duration !== undefined) {
    return { start, timeZone, rrule, duration };
  }
  throw new Failure({
    code: "input-not-valid",
    message: "Say when it comes.",
    state: "Nothing was changed.",
    next: 'Give --weekly "sun 02:00 - sun 03:00", or --start, --rrule and --duration.',
  });
}

function listCommand(): Command {
  const command = new Command("list")
    .description("List the series that go on.")
    .requiredOption("--env <environment>", "where")
    .addHelpText("after", "\nExample:\n  interlock maintenance series list --env production\n");
  return addServerFlags(command).action(async (flags: ServerFlags & { env: string }) => {
    const client = await openServerClient(flags);
    const path = `/environments/${encodeURIComponent(flags.env)}/maintenance-series`;
    const answer = seriesListSchema.parse(await client.request("GET", path));
    const text = answer.series.length === 0 ? "There is no series.\n" : answer.series.map(render).join("");
    process.stdout.write(flags.json ? `${JSON.stringify(answer)}\n` : text);
  });
}

function endCommand(): Command {
  const command = new Command("end")
    .description("End a series; what has not begun is cancelled.")
    .argument("<series>", "ser_…")
    .addHelpText("after", "\nExample:\n  interlock maintenance series end ser_4x0k9d2m7q1tzc8v\n");
  return addServerFlags(command).action(async (id: string, flags: ServerFlags) => {
    const client = await openServerClient(flags);
    const answer = await client.request("DELETE", `/maintenance-series/${encodeURIComponent(id)}`);
    const series = seriesSchema.parse(answer);
    process.stdout.write(flags.json ? `${JSON.stringify(series)}\n` : `${id} is ended.\n`);
  });
}

function render({ id, titles, components, schedule }: Series): string {
  const { start, rrule, duration, timeZone } = schedule;
  return `${id}  ${textIn(titles, "en")?.text ?? ""}  ${components.join(" ")}  ${rrule} from ${start} ${timeZone}, ${duration}\n`;
}
