import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { change } from "./change.ts";
import type { Figures } from "./figures.ts";
import { readIncident } from "./incident-view.ts";
import type { Outage, OutageOptions } from "./outage.ts";
import { makePerson, type Person } from "./people.ts";
import { poll } from "./poll.ts";
import { newVersion } from "./run.ts";
import { mailboxes } from "./set-up-incidents.ts";
import { environment, liveVersions } from "./set-up-interlock.ts";

interface Action {
  reference: string;
  kind: string;
  texts: { en?: string };
  rule: { scope: string; state: string } | null;
  backtest: { digest: string; stoppedCaused: unknown[]; stoppedGood: unknown[] } | null;
}

/** What the gate was taught. */
export interface Learnt {
  scope: string;
  reason: string;
  /** The incident that it comes from. */
  incident: string;
}

interface Suggestion {
  key: string;
  kind: string;
  symptoms: object;
  texts: object;
  rule: object | null;
}

interface Postmortem {
  revision: number;
  problems: string[];
}

const nextChange = fileURLToPath(new URL("next-change/migration.sql", import.meta.url));

const rehearsalMs = 300_000;

/**
 * What a team does afterwards: gives the change to Interlock, which rehearses it; has the post-mortem drafted from the
 * facts, puts its first action into the gate, has somebody else read it, and publishes it. Returns the block that the
 * gate enforces from now on; undefined where it does not refuse the next change of the same kind for it.
 */
export async function learnFromOutage(
  options: OutageOptions,
  { reference, lead }: Outage,
): Promise<Learnt | undefined> {
  const { run, team, screen, signal } = options;
  const { server } = team;
  const reader = await makePerson(server, { owner: "noor", role: "admin" });
  await server.send("POST", `/incidents/${reference}/series`, { points: pointsOf(run.figures) });
  const causedBy = await pushAndRehearse(options);
  await lead.send("POST", `/incidents/${reference}/postmortem`, { causedBy });
  const actions = await proposeSuggested({ lead, reference, causedBy });
  const block = actions.find(({ kind }) => kind === "block");
  if (block === undefined || block.backtest === null) {
    screen.line("  action     none follows from the facts");
    return undefined;
  }
  const { stoppedCaused, stoppedGood, digest } = block.backtest;
  screen.line(
    `  action     ${block.reference} block, ${block.rule?.scope ?? ""}: would have stopped ${String(stoppedCaused.length)} change that caused an incident, ${String(stoppedGood.length)} that did no harm`,
  );
  await reader.send("POST", `/actions/${block.reference}/accept`, { backtest: digest });
  const published = await publish({ lead, reader, reference });
  screen.line(
    `  postmortem ${reference} drafted from the facts, read by somebody else, ${published === undefined ? "published in fr and en" : `not published: ${published}`}`,
  );
  await keepDocuments({ reader, reference, directory: join(team.directory, "post-mortem") });
  const page = await poll(
    async () => {
      const answer = await fetch(`${server.address}/status/fr/incidents/${reference}.html`, { signal });
      return answer.ok && (await answer.text()).includes("Cause racine") ? true : undefined;
    },
    { withinMs: 30_000, signal },
  );
  if (page === undefined) screen.line("  page       does not show the post-mortem");
  await tellLetters(options, reference);
  if (!(await tellGate(options, reference))) return undefined;
  return { scope: block.rule?.scope ?? "", reason: block.texts.en ?? "", incident: reference };
}

/** The shop's own counts, a second each: what the picture of the outage is drawn from. */
function pointsOf(figures: Figures): object[] {
  return figures
    .all()
    .slice(-5_000)
    .map(({ at, ecommerce: { made, failed } }) => ({ at, ok: made, failed }));
}

/** Gives the change that nobody asked about to Interlock, and has it rehearsed with the versions that ran then. */
async function pushAndRehearse({ team: { server }, signal }: OutageOptions): Promise<string> {
  const after = `payments@${newVersion}`;
  const sources = [change.migration, "--baseline", change.baseline, "--app", after, "--env", environment];
  const pushed = await server.ask(
    "change",
    "push",
    ...sources,
    "--title",
    "paid and refunded become a status",
  );
  const { id } = pushed.answer as { id: string };
  const asked = (await server.send("POST", `/changes/${id}/rehearsals`, {
    old: liveVersions,
  })) as { id: string };
  await poll(
    async () => {
      const { state } = (await server.read(`/changes/${id}/rehearsals/${asked.id}`)) as { state: string };
      return state === "done" || state === "failed" ? state : undefined;
    },
    { withinMs: rehearsalMs, signal },
  );
  return id;
}

/** Proposes every action that the facts speak for, in the order in which they were suggested. */
async function proposeSuggested({
  lead,
  reference,
  causedBy,
}: {
  lead: Person;
  reference: string;
  causedBy: string;
}): Promise<Action[]> {
  const path = `/incidents/${reference}/actions`;
  const { suggestions } = (await lead.read(`${path}/suggested`)) as { suggestions: Suggestion[] };
  const actions: Action[] = [];
  for (const { kind, symptoms, texts, rule } of suggestions) {
    const dueAt = new Date(Date.now() + 14 * 86_400_000).toISOString();
    const body = { kind, symptoms, texts, dueAt, causedBy, ...(rule === null ? {} : { rule }) };
    actions.push((await lead.send("POST", path, body)) as Action);
  }
  return actions;
}

/** Submits, approves and publishes; returns what stands against it where something does. */
async function publish({
  lead,
  reader,
  reference,
}: {
  lead: Person;
  reader: Person;
  reference: string;
}): Promise<string | undefined> {
  const path = `/incidents/${reference}/postmortem`;
  let postmortem = (await lead.read(path)) as Postmortem;
  for (const [verb, by] of [
    ["submit", lead],
    ["approve", reader],
  ] as const) {
    postmortem = (await by.send("POST", `${path}/${verb}`, { revision: postmortem.revision })) as Postmortem;
  }
  if (postmortem.problems.length > 0) return postmortem.problems.join("; ");
  await lead.send("POST", `${path}/publish`, { revision: postmortem.revision });
  return undefined;
}

/** Files of the post-mortem, to be read when everything has been stopped. */
async function keepDocuments({
  reader,
  reference,
  directory,
}: {
  reader: Person;
  reference: string;
  directory: string;
}): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  for (const [locale, audience] of [
    ["fr", "public"],
    ["en", "public"],
    ["en", "internal"],
  ] as const) {
    const path = `/incidents/${reference}/postmortem/document?locale=${locale}&audience=${audience}`;
    const { markdown } = (await reader.read(path)) as { markdown: string };
    await writeFile(join(directory, `${reference}.${locale}.${audience}.md`), markdown);
  }
}

/** Every subscriber by email has had every update, and the post-mortem. */
async function tellLetters(
  { team: { server, office }, screen, signal }: OutageOptions,
  reference: string,
): Promise<void> {
  const { updates } = await readIncident(server, reference);
  const wanted = (updates.length + 1) * mailboxes;
  const mails = (): number => office.letters.filter(({ to }) => to.includes("@")).length;
  await poll(async () => (mails() >= wanted ? true : undefined), { withinMs: 30_000, signal });
  screen.line(
    `  told       ${String(mails())} of ${String(wanted)} mails: ${String(updates.length)} updates and the post-mortem, to ${String(mailboxes)} subscribers in their languages`,
  );
}

/** Asks the gate about the next change of the same kind. */
async function tellGate({ team: { server }, screen }: OutageOptions, reference: string): Promise<boolean> {
  screen.passing("  rehearses the next change of the same kind …");
  const sources = ["--migration", nextChange, "--baseline", change.baseline, change.migration];
  const asked = await server.ask(
    "gate",
    "--env",
    environment,
    ...sources,
    "--to",
    "structure",
    "--wait",
    "5m",
  );
  const { verdict, reasons } = asked.answer as {
    verdict: string;
    reasons: { code: string; message: string }[];
  };
  const named = reasons.find(({ code, message }) => code === "block" && message.includes(reference));
  screen.line(
    `  the gate   the next change of the kind is ${verdict}: ${named?.message ?? `no reason names ${reference}`}`,
  );
  return verdict === "blocked" && named !== undefined;
}
