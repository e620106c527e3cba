import { Command } from "commander";
import { figuresSchema, type ChangeTime, type Figures } from "../api/figures.ts";
import { momentFlag } from "./duration-flag.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "./server-client.ts";

interface Flags extends ServerFlags {
  env: string;
  since?: string;
  until?: string;
}

/** `interlock figures`: how well incidents and changes go. */
export function figuresCommand(): Command {
  const command = new Command("figures")
    .description(
      "How soon incidents are seen, told and over; DORA's four keys; where the time of changes goes.",
    )
    .requiredOption("--env <environment>", "where")
    .option("--since <moment>", "from when on (default: 30 days before the end)", momentFlag)
    .option("--until <moment>", "until when (default: now)", momentFlag)
    .addHelpText("after", "\nExample:\n  interlock figures --env production --since 2026-11-01T00:00:00Z\n");
  return addServerFlags(command).action(async (flags: Flags) => {
    const client = await openServerClient(flags);
    const asked = new URLSearchParams();
    if (flags.since !== undefined) asked.set("since", flags.since);
    if (flags.until !== undefined) asked.set("until", flags.until);
    const path = `/environments/${encodeURIComponent(flags.env)}/figures?${asked.toString()}`;
    const figures = figuresSchema.parse(await client.request("GET", path));
    process.stdout.write(flags.json ? `${JSON.stringify(figures)}\n` : render(figures));
  });
}

function render({
  environment,
  from,
  until,
  incidents,
  summaries,
  keys,
  changes,
  definitions,
}: Figures): string {
  const { detectMs, declareMs, firstUpdateMs, recoverMs, resolveMs } = summaries;
  const rate = keys.changeFailureRate === null ? "unknown" : `${tenths(keys.changeFailureRate * 100)} %`;
  const lines = [
    `${environment}  ${from} to ${until}`,
    `incidents  ${String(incidents.length)}`,
    ...incidents.map(
      ({ reference, priority, startedAt, times }) =>
        `  ${reference}  ${priority}  ${startedAt}  seen ${say(times.detectMs)}, declared ${say(times.declareMs)}, told ${say(times.firstUpdateMs)}, restored ${say(times.recoverMs)}`,
    ),
    ...(incidents.length < 2
      ? []
      : [
          `  median  seen ${say(detectMs.medianMs)}, declared ${say(declareMs.medianMs)}, told ${say(firstUpdateMs.medianMs)}, restored ${say(recoverMs.medianMs)}, resolved ${say(resolveMs.medianMs)}`,
        ]),
    "keys",
    `  deployment frequency  ${String(keys.deploymentsPerDay)} a day (${String(keys.deployments)})`,
    `  lead time             ${say(keys.leadTime.medianMs)}, mean ${say(keys.leadTime.meanMs)} (${String(keys.leadTime.count)})`,
    `  change failure rate   ${rate} (${String(keys.changesThatFailed)} of ${String(keys.changes)})`,
    `  time to restore       ${say(keys.timeToRestore.medianMs)} (${String(keys.timeToRestore.count)})`,
    `changes  ${String(changes.length)}, from merge to contract`,
    ...changes.map(renderChange),
    "definitions",
    ...Object.entries(definitions).map(([name, text]) => `  ${name}: ${text}`),
  ];
  return `${lines.join("\n")}\n`;
}

function renderChange({ change, title, until, isMergeKnown, totalMs, spentMs }: ChangeTime): string {
  const spent = Object.entries(spentMs)
    .filter(([, ms]) => ms > 0)
    .map(([what, ms]) => `${what} ${say(ms)}`);
  const so = until === null ? " so far" : "";
  const from = isMergeKnown ? "" : ", counted from the push";
  return `  ${change}  ${title}  ${say(totalMs)}${so}${from}: ${spent.join(", ")}`;
}

function tenths(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function say(ms: number | null): string {
  if (ms === null) return "unknown";
  if (ms < 1_000) return `${String(Math.round(ms))} ms`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 120) return `${String(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${String(minutes)} min` : `${tenths(minutes / 60)} h`;
}
