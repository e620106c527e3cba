import { postmortemSchema, type Postmortem } from "../../api/postmortems.ts";
import type { ServerClient, ServerFlags } from "../server-client.ts";

/** The path of an incident's post-mortem below /api/v1. */
export function pathOf(incident: string): string {
  return `/incidents/${encodeURIComponent(incident)}/postmortem`;
}

/** The post-mortem as it is now: who does something with it says which revision they read. */
export async function readPostmortemOf(client: ServerClient, incident: string): Promise<Postmortem> {
  return postmortemSchema.parse(await client.request("GET", pathOf(incident)));
}

/** Does something with the post-mortem as it is now, and shows what came of it. */
export async function actOn(
  client: ServerClient,
  { incident, verb, body, flags }: { incident: string; verb: string; body: object; flags: ServerFlags },
): Promise<void> {
  const { revision } = await readPostmortemOf(client, incident);
  const answer = await client.request("POST", `${pathOf(incident)}/${verb}`, { ...body, revision });
  print(flags, postmortemSchema.parse(answer));
}

/** How far a post-mortem is, and what to do next. */
export function print({ json }: ServerFlags, postmortem: Postmortem): void {
  process.stdout.write(json ? `${JSON.stringify(postmortem)}\n` : render(postmortem));
}

function nextOf(stage: Postmortem["stage"], reference: string): string {
  switch (stage) {
    case "draft":
      return `write what is missing, then hand it in: interlock postmortem submit ${reference}`;
    case "in-review":
      return `somebody else reads it: interlock postmortem approve ${reference}, or ask-changes`;
    case "approved":
      return `publish it: interlock postmortem publish ${reference}`;
    case "published":
      return "it is public";
    default:
      return stage satisfies never;
  }
}

export function render(postmortem: Postmortem): string {
  const { incident, stage, edition, author, reviewer, reviewNote, texts, problems, suggestions } = postmortem;
  const { reference } = incident;
  const editions = edition === 0 ? "" : `, edition ${String(edition)} is public`;
  const lines = [`${reference}  post-mortem  ${stage}${editions}  by ${author}`];
  if (reviewer !== null) lines.push(`  read by   ${reviewer}`);
  if (reviewNote !== null) lines.push(`  to change ${reviewNote}`);
  for (const { locale, revision, isStale, missing } of texts) {
    const state = [
      revision === 0 ? "missing" : `revision ${String(revision)}`,
      ...(isStale ? ["stale"] : []),
      ...(missing.length > 0 ? [`nothing yet in ${missing.join(", ")}`] : []),
    ];
    lines.push(`  ${locale}        ${state.join("; ")}`);
  }
  lines.push(...problems.map((problem) => `  problem   ${problem}`));
  for (const { key, kind, texts: words, because } of suggestions) {
    const said = words.en ?? words.fr ?? words.it ?? "";
    lines.push(`  suggested ${key} (${kind}): ${said}`, `            since ${because}`);
  }
  if (suggestions.length > 0) {
    lines.push(
      `            take one: interlock action propose ${reference} --suggested ${suggestions[0]?.key ?? ""}`,
    );
  }
  lines.push(`  next      ${nextOf(stage, reference)}`);
  return `${lines.join("\n")}\n`;
}
