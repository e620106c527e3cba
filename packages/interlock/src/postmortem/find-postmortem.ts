import type { Caller } from "../access/caller.ts";
import type { Control } from "../control/control.ts";
import { requireEnvironment } from "../gate/reach.ts";
import { Failure } from "../std/failure.ts";
import { selectPostmortem, type PostmortemRow } from "./postmortem.ts";

/** The post-mortem of an incident, by the incident's reference or id. Throws `Failure` "not-found". */
export async function findPostmortem(
  query: Control["query"],
  incident: string,
  { lock = false }: { lock?: boolean } = {},
): Promise<PostmortemRow> {
  const [row] = await query<PostmortemRow>(
    `${selectPostmortem} where i.id = $1::text or 'INC-' || i.number = $1::text ${lock ? "for update of p" : ""}`,
    [incident],
  );
  if (row !== undefined) return row;
  throw new Failure({
    code: "not-found",
    message: `There is no post-mortem of ${incident}.`,
    state: "Nothing was changed.",
    next: `Have one drafted from the facts: interlock postmortem draft ${incident}`,
  });
}

/**
 * The post-mortem that somebody is about to do something with, locked, at the revision that they read. Throws `Failure`
 * "not-found", "forbidden", or "conflict" where somebody did something since.
 */
export async function lockPostmortem(
  query: Control["query"],
  { incident, revision, caller }: { incident: string; revision: number; caller: Caller },
): Promise<PostmortemRow> {
  const row = await findPostmortem(query, incident, { lock: true });
  requireEnvironment(caller, row.environment);
  if (row.revision === revision) return row;
  throw new Failure({
    code: "conflict",
    message: `Somebody did something to the post-mortem of ${row.reference} since you read it.`,
    why: `It is at revision ${String(row.revision)}; you read ${String(revision)}.`,
    state: "Nothing was changed.",
    next: `Read it again: interlock postmortem show ${row.reference}`,
  });
}
