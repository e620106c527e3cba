import type { Client } from "pg";
import { describeStructure, type CatalogDescription } from "../catalog/describe.ts";
import { Failure } from "../std/failure.ts";
import { isOn, touchedRelations, untuned } from "../plan/plan-structure.ts";
import type { Plan } from "../plan/plan.ts";
import { meaningOf, type ChangeRecord } from "./journal-record.ts";

/** How many differences are told of. */
const differencesTold = 10;

/**
 * Refuses to begin a change where its tables are not as they were planned for: what was proved was proved for those.
 * Throws `Failure` "schema-differs".
 */
export async function refuseOtherStructure(client: Client, { structure, phases }: Plan): Promise<void> {
  if (structure === undefined) return;
  const live = await readLive(client);
  const relations = touchedRelations(phases);
  const unplanned = [...live].flatMap(([name, definition]) =>
    name in structure || !isOn(relations, { name, definition })
      ? []
      : [`${name} is here, and the plan does not know it: ${definition}`],
  );
  const known = Object.entries(structure).flatMap(([name, { before }]) => difference(name, before, live));
  const differences = [...known, ...unplanned];
  if (differences.length === 0) return;
  const made = Object.entries(structure).filter(([, { before, ready }]) => before !== ready);
  const applied = made.length > 0 && made.every(([name, { ready }]) => (live.get(name) ?? null) === ready);
  throw new Failure({
    code: "schema-differs",
    message: applied
      ? "This database has what the change makes already, and its journal does not say that Interlock made it."
      : "The tables of this change are not as they were planned for in this database.",
    why: told(differences),
    state: "Nothing was changed.",
    next: "Bring the tables to what the migrations before this one make, or plan for what is here: `pg_dump --schema-only` of this database as --baseline.",
  });
}

/**
 * Refuses to go on to the contract phase where what both versions live by was taken away or altered since it was made:
 * a sync that was dropped or switched off has left rows behind. Throws `Failure` "changed-meanwhile".
 */
export async function refuseMeddled(client: Client, { plan, state }: ChangeRecord): Promise<void> {
  const made = Object.entries(plan.structure ?? {}).filter(([, { before, ready }]) => before !== ready);
  if (made.length === 0) return;
  const live = await readLive(client);
  const differences = made.flatMap(([name, { ready }]) => difference(name, ready, live));
  if (differences.length === 0) return;
  throw new Failure({
    code: "changed-meanwhile",
    message: "Somebody has altered what this change has made, so the contract phase was not begun.",
    why: told(differences),
    state: meaningOf(state),
    next: "Run `interlock rollback` to take the change back, and ship it again. If you put back exactly what was there and every row is right, `interlock resume` goes on.",
  });
}

async function readLive(client: Client): Promise<CatalogDescription> {
  const found = await describeStructure(client);
  return new Map([...found].map(([name, definition]) => [name, untuned(name, definition) ?? ""]));
}

function difference(name: string, wanted: string | null, live: CatalogDescription): string[] {
  const found = live.get(name) ?? null;
  if (found === wanted) return [];
  if (found === null) return [`${name} is missing: ${wanted ?? ""}`];
  if (wanted === null) return [`${name} is here already: ${found}`];
  return [`${name} is ${found} instead of ${wanted}`];
}

function told(differences: readonly string[]): string {
  const left = differences.length - differencesTold;
  return [...differences.slice(0, differencesTold), ...(left > 0 ? [`and ${String(left)} more`] : [])].join(
    "\n",
  );
}
