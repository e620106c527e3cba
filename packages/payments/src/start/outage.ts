import { applyDirectly } from "./apply-directly.ts";
import type { Ground } from "./ground.ts";
import { findOpenIncident, readCulprits, readIncident, type IncidentView } from "./incident-view.ts";
import { mendOutage } from "./mend-outage.ts";
import { Clock, type Moments } from "./moments.ts";
import { makePerson, type Person } from "./people.ts";
import { poll } from "./poll.ts";
import { newVersion, oldVersion, type Run } from "./run.ts";
import type { Schedule } from "./schedule.ts";
import { count, seconds, type Screen } from "./screen.ts";
import { onCall } from "./set-up-incidents.ts";
import { environment } from "./set-up-interlock.ts";
import type { Team } from "./team.ts";

export interface OutageOptions {
  ground: Ground;
  run: Run;
  team: Team;
  screen: Screen;
  signal: AbortSignal;
  schedule: Schedule;
}

/** What came of it, for whoever writes it up. */
export interface Outage {
  reference: string;
  /** Who led the incident. */
  lead: Person;
  moments: Moments;
}

/** Anything takes a few seconds; what has not come after this is told as missing. */
const longestMs = 60_000;

/**
 * 17 December as it was, with Interlock looking on: the structure goes in directly, and the application half follows
 * after a gap. Everything until the incident is resolved happens by itself, but what people do: the one who leads
 * answers the call and resolves it. Returns undefined where no incident was opened.
 */
export async function liveThroughOutage(options: OutageOptions): Promise<Outage | undefined> {
  const { ground, run, team, screen, signal, schedule } = options;
  const [[, leadName]] = onCall;
  const lead = await makePerson(team.server, { owner: leadName, role: "responder" });
  const tookMs = await applyDirectly(ground.home.databaseUrl);
  const clock = new Clock();
  screen.line(`  structure  applied directly in ${seconds(tookMs)}; payments@${oldVersion} goes on running`);
  await tellAlarm(options, clock);
  const opened = await tellIncident(options, clock);
  if (opened !== undefined) {
    await lead.ask("incident", "acknowledge", opened.incident.reference);
    screen.line(`  answered   by ${leadName}, who leads the unit`);
  }
  await run.rest(schedule.applicationMs - clock.nowMs);
  tellTraffic(run, screen);
  const said = await mendOutage(options, opened);
  screen.line(
    `  release    payments@${newVersion} in the place of ${oldVersion}, ${clock.mark("application")}; the gate: ${said === "go" ? "go" : "held by the open P1 until somebody said that it mends it"}`,
  );
  if (opened === undefined) return undefined;
  const { reference } = opened.incident;
  const recovered = await poll(
    async () => {
      const now = await readIncident(lead, reference);
      return now.incident.status === "monitoring" ? now : undefined;
    },
    { withinMs: longestMs, signal },
  );
  if (recovered === undefined) screen.line("  recovery   not seen");
  else
    screen.line(
      `  recovery   seen by itself; ${tellUpdate(recovered, "monitoring", (at) => clock.mark("recovery", at))}`,
    );
  await run.rest(schedule.resolvedMs - clock.nowMs);
  await lead.ask("incident", "resolve", reference, "--phrase", "resolved,still-watching");
  const resolved = await readIncident(lead, reference);
  screen.line(
    `  resolved   by ${leadName}; ${tellUpdate(resolved, "resolved", (at) => clock.mark("resolution", at))}`,
  );
  for (const { label, text } of resolved.header.en)
    screen.line(screen.style("dim", `      ${label}: ${text}`));
  return { reference, lead, moments: clock.moments };
}

interface Alarm {
  appVersion: string;
  statements: unknown[];
  ddl: { tag: string; who: string; applicationName: string }[];
  raisedAt: string;
}

/** What the watch has to say, and how long after the change it said so. */
async function tellAlarm({ team: { server }, screen, signal }: OutageOptions, clock: Clock): Promise<void> {
  const alarm = await poll(
    async () => {
      const path = `/environments/${environment}/alarms?open=true`;
      return ((await server.read(path)) as { alarms: Alarm[] }).alarms[0];
    },
    { withinMs: longestMs, signal },
  );
  if (alarm === undefined) return screen.line("  alarm      none");
  const [ddl] = alarm.ddl;
  const by = ddl === undefined ? "" : `; ${ddl.tag} by ${ddl.who} (${ddl.applicationName})`;
  screen.line(
    `  alarm      ${clock.mark("alarm", alarm.raisedAt)}: ${String(alarm.statements.length)} statements of ${alarm.appVersion} do not prepare any more${by}`,
  );
}

/** The incident that opens itself, who is called for it, what is held to be its cause, and what clients are told. */
async function tellIncident(
  { team: { server, office }, screen, signal }: OutageOptions,
  clock: Clock,
): Promise<IncidentView | undefined> {
  const wait = { withinMs: longestMs, signal };
  const opened = await poll(() => findOpenIncident(server), wait);
  if (opened === undefined) {
    screen.line("  incident   none was opened");
    return undefined;
  }
  const { reference, priority, openedAt, affected, unaffected } = opened.incident;
  const names = (list: typeof affected): string => list.map((one) => one.names.en ?? "?").join(", ");
  screen.line(
    `  incident   ${clock.mark("incident", openedAt)}: ${priority} ${reference} opens by itself; affected: ${names(affected)}${unaffected.length === 0 ? "" : `; not affected: ${names(unaffected)}`}`,
  );
  const called = await poll(async () => {
    const letters = office.letters.filter(({ to }) => to.startsWith("/pager/"));
    return letters.length >= onCall.length ? clock.mark("unit") : undefined;
  }, wait);
  screen.line(
    called === undefined
      ? "  unit       nobody was reached"
      : `  unit       ${called}: ${onCall.map(([role, person]) => `${person} (${role})`).join(", ")} reached`,
  );
  const culprit = await poll(async () => {
    const [first] = await readCulprits(server, reference);
    return first?.hasEvidence === true ? first : undefined;
  }, wait);
  if (culprit === undefined) screen.line("  culprit    none is named");
  else {
    screen.line(`  culprit    ${clock.mark("culprit")}: ${culprit.title}, by ${culprit.who}`);
    const reason = culprit.reasons.find(({ isEvidence }) => isEvidence);
    if (reason !== undefined) screen.line(screen.style("dim", `      ${shorten(reason.text)}`));
  }
  const shown = await poll(async () => {
    const page = await fetch(`${server.address}/status/fr/`, { signal });
    return page.ok && (await page.text()).includes(reference) ? clock.mark("page") : undefined;
  }, wait);
  const said = await readIncident(server, reference);
  const first = said.updates.findLast(({ state }) => state === "published");
  screen.line(
    first === undefined || shown === undefined
      ? "  published  nothing"
      : `  published  ${tellUpdate(said, first.status, (at) => clock.mark("update", at))}, on the page ${shown}`,
  );
  return said;
}

/** When an update went out, and in which languages. */
function tellUpdate({ updates }: IncidentView, status: string, later: (at: string) => string): string {
  const update = updates.find((one) => one.status === status);
  if (update === undefined || update.publishedAt === null) return "no update";
  const languages = update.texts.map(({ locale }) => locale).join(", ");
  return `${status} ${later(update.publishedAt)} in ${languages}`;
}

function tellTraffic({ figures }: Run, screen: Screen): void {
  const { latest } = figures;
  screen.line(
    `  outage     ${share(latest?.ecommerce)} payments/s fail in the shop, ${share(latest?.pos)} at terminals`,
  );
}

/** `19 of 20`. */
function share({ made, failed }: { made: number; failed: number } = { made: 0, failed: 0 }): string {
  return `${count(failed)} of ${count(failed + made)}`;
}

function shorten(text: string): string {
  return text.length <= 160 ? text : `${text.slice(0, 159).trimEnd()}…`;
}
