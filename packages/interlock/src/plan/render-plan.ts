import { phaseNames, type PhaseName, type Plan, type Step } from "./plan.ts";
import { describeLosses, needsAcceptance } from "./loss.ts";
import type { Proof } from "./plan-change.ts";

/** A proved plan for people: phases, numbered steps with lock and undo, and what it was proved by. */
export function renderPlan(
  { plan, proof }: { plan: Plan; proof: Proof },
  { verbose = false }: { verbose?: boolean } = {},
): string {
  const numbered = numberSteps(plan);
  const widest = (read: (row: Row) => string): number =>
    Math.max(0, ...numbered.map((row) => read(row).length));
  const [titles, locks] = [
    Math.min(
      widest(({ title }) => title),
      longestTitle,
    ),
    widest(({ lock }) => lock),
  ];
  const lines: string[] = [];
  for (const phase of phaseNames) {
    const rows = numbered.filter((row) => row.phase === phase);
    if (phase === "contract" && rows.length > 0) lines.push(between(plan));
    for (const [at, { number, title, lock, undo }] of rows.entries()) {
      const [first = "", ...rest] = wrap(title, titles);
      const label = (at === 0 ? phase : "").padEnd(10);
      lines.push(
        `${label} ${String(number).padStart(2)}  ${first.padEnd(titles)}   ${lock.padEnd(locks)}   ${undo}`.trimEnd(),
      );
      for (const more of rest) lines.push(`${" ".repeat(15)}${more}`);
    }
  }
  if (numbered.length === 0)
    lines.push("nothing to do: the schema is already as the migration would leave it");
  lines.push(provedLine(proof));
  lines.push(...notExercisedLines(proof, verbose));
  lines.push(...lossLines(plan));
  for (const note of plan.notes) lines.push(`note: ${note}`);
  return `${lines.join("\n")}\n`;
}

const longestTitle = 64;

interface Row {
  phase: PhaseName;
  number: number;
  title: string;
  lock: string;
  undo: string;
}

function numberSteps({ phases }: Plan): Row[] {
  let number = 0;
  return phaseNames.flatMap((phase) =>
    phases[phase].map((step) => {
      number += 1;
      return { phase, number, title: step.title, lock: lockOf(step), undo: undoOf(step, phase) };
    }),
  );
}

/** PostgreSQL's own name of the lock mode: `AccessExclusiveLock` → `ACCESS EXCLUSIVE`. */
function lockName(step: Step): string {
  return step.lock
    .replace(/Lock$/, "")
    .replaceAll(/(?<!^)([A-Z])/g, " $1")
    .toUpperCase();
}

function lockOf(step: Step): string {
  switch (step.kind) {
    case "ddl":
      return `${lockName(step)}, short`;
    case "validate":
    case "index":
      return `${lockName(step)}, writes go on`;
    case "backfill":
    case "copy":
      return "row locks, in batches";
    case "verify":
      return "reads only";
  }
}

function undoOf(step: Step, phase: PhaseName): string {
  if (step.undo !== null) {
    const brings = (step.kind === "ddl" && step.undoProofs !== undefined) || !step.undo.every(drops);
    return brings ? "undo: as it was" : "undo: drop it";
  }
  if (step.kind === "verify" || step.kind === "validate") return "";
  if (phase === "contract") return "cannot be undone";
  return step.kind === "backfill" || step.kind === "copy" ? "" : "stays after a rollback";
}

const drops = (sql: string): boolean => /\bdrop\b/i.test(sql);

function between({ old, new: fresh }: Plan): string {
  const leaving = old.filter((version) => !fresh.includes(version));
  const coming = fresh.filter((version) => !old.includes(version));
  if (leaving.length === 0 && coming.length === 0) return "  ─ now the old and the new version both work ─";
  const [from, to] = [list(leaving, "the old version"), list(coming, "the new version")];
  return `  ─ now ${from} and ${to} both work; deploy ${to}, let ${from} go ─`;
}

function list(versions: readonly string[], word: string): string {
  return versions.length === 0 ? word : versions.join(", ");
}

function provedLine({ statements, states, writes, postgres, tookMs }: Proof): string {
  return `proved: ${String(statements)} statements × ${String(states)} states, 0 break; ${String(writes)} writes in between end in the same rows; PostgreSQL ${postgres}, ${(tookMs / 1_000).toFixed(1)} s`;
}

function notExercisedLines({ statements, exercised, notExercised }: Proof, verbose: boolean): string[] {
  if (exercised === statements) return [];
  const head = `        ${String(statements - exercised)} of them were prepared in every state but not executed`;
  return verbose
    ? [`${head}:`, ...notExercised.map((line) => `          ${line}`)]
    : [`${head}: --verbose says why`];
}

/** What a rollback can't give back, what goes with one, and what contract removes; nothing where there is none. */
function lossLines({ losses }: Plan): string[] {
  const lines = describeLosses(losses).map((line) => `loss: ${line}`);
  return losses.some(needsAcceptance)
    ? [
        ...lines,
        "      `interlock ship` begins it with --accept-loss only, since a rollback can't undo all of it",
      ]
    : lines;
}

/** Breaks a title at its commas and spaces. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
