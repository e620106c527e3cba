import { appVersion } from "../../workload/workload.ts";
import type { Rehearsal } from "../rehearsal.ts";
import { durationText, type Sizes } from "../stats/estimate.ts";
import type { RecordedStep } from "../step-effects.ts";
import type { Wait } from "../waiting/find-waiting.ts";
import type { Work } from "../waiting/work.ts";
import type { Finding, Severity } from "./finding.ts";
import { durationOf, effectOf, holdings, type Holding } from "./traffic.ts";
import { hintForWork, queueHint } from "./traffic-hints.ts";

export interface TrafficOptions {
  sizes: Sizes | undefined;
  /** How long live statements may wait, in milliseconds. */
  lockBudgetMs: number;
}

/** How long a live statement may wait for a lock where nobody says otherwise: as long as a plan lets it (I5). */
export const defaultLockBudgetMs = 250;

/** Who waits while the change is applied, and what takes long under a lock. None of it bears on the order. */
export function trafficFindings(rehearsal: Rehearsal, options: TrafficOptions): Finding[] {
  const held = holdings(rehearsal, options.sizes);
  return [
    ...held.flatMap((holding) => blocksTraffic(holding, { rehearsal, ...options })),
    ...rehearsal.changes.flatMap(({ steps, file, label }) =>
      steps.flatMap((step) =>
        workFindings(step, { file: file ?? label, rehearsal, held, sizes: options.sizes }),
      ),
    ),
  ];
}

/** What keeps the verdict from being safe: waits whose length nobody can tell. */
export function unknownWaits(rehearsal: Rehearsal, sizes: Sizes | undefined): string[] {
  const open = holdings(rehearsal, sizes).filter(({ duration }) => duration === undefined);
  const perTable = Map.groupBy(
    open.flatMap((holding) => holding.waits.map((wait) => ({ wait, holding }))),
    ({ wait }) => wait.relation,
  );
  return [...perTable].map(([relation, list]) => {
    const tables = [...new Set(list.flatMap(({ holding }) => holding.unknownSizes))];
    const size =
      tables.length === 1 && tables[0] === relation ? "its size" : `the size of ${tables.join(" and ")}`;
    const effect = effectOf(list.map(({ wait }) => wait));
    const what =
      sizes === undefined ? "give --stats FILE or --database URL" : "the sizes that were given lack it";
    return `how long ${effect} of ${relation} wait depends on ${size}: ${what}`;
  });
}

function blocksTraffic(
  { file, step, waits, behind, duration, unknownSizes }: Holding,
  { rehearsal, lockBudgetMs }: TrafficOptions & { rehearsal: Rehearsal },
): Finding[] {
  const isLong = behind.length > 0;
  const severity: Severity = !isLong
    ? "note"
    : duration !== undefined && duration.ms > lockBudgetMs
      ? "error"
      : "warning";
  const apps = new Set(waits.flatMap(({ statements }) => statements.map(({ app }) => app)));
  return [...apps].map((app): Finding => {
    const mine = waits
      .map((wait) => ({ ...wait, statements: wait.statements.filter((one) => one.app === app) }))
      .filter(({ statements }) => statements.length > 0);
    const hint = isLong ? hintForWork(behind.map(({ work }) => work)) : queueHint(step, mine);
    const [first] = mine;
    return {
      code: "blocks-traffic",
      severity,
      when: "always",
      app,
      file,
      line: step.line,
      ...(first === undefined ? {} : { table: first.relation }),
      message: `${counted(app, { waits: mine, rehearsal })} ${causes(mine)}${howLong({ step, behind, duration, waits: mine, unknownSizes })}`,
      ...(hint === undefined ? {} : { hint }),
    };
  });
}

function counted(
  app: string,
  { waits, rehearsal }: { waits: readonly Wait[]; rehearsal: Rehearsal },
): string {
  const names = new Set(waits.flatMap(({ statements }) => statements.map(({ name }) => name)));
  const total =
    rehearsal.workloads.find(({ workload }) => appVersion(workload) === app)?.statements.length ?? 0;
  return `${String(names.size)} of ${String(total)} statements of ${app} wait`;
}

/** "while it holds AccessExclusiveLock on public.payments (reads and writes)". */
function causes(waits: readonly Wait[]): string {
  const rows = [...new Set(waits.filter(({ held }) => held === "row").map(({ relation }) => relation))];
  const locks = Map.groupBy(
    waits.filter(({ held }) => held !== "row"),
    ({ relation, held }) => `${held} on ${relation}`,
  );
  const held = [...locks].map(([lock, group]) => `${lock} (${effectOf(group)})`);
  return [
    ...(held.length === 0 ? [] : [`while it holds ${held.join(" and ")}`]),
    ...(rows.length === 0 ? [] : [`for rows of ${rows.join(" and ")} that it writes`]),
  ].join(", and ");
}

function howLong({
  step,
  behind,
  duration,
  waits,
  unknownSizes,
}: Pick<Holding, "step" | "behind" | "duration" | "waits" | "unknownSizes">): string {
  if (behind.length === 0) return ", for a moment";
  const later = behind.find((one) => one.step !== step);
  const isOwn = behind.some((one) => one.step === step);
  const until =
    later === undefined
      ? ""
      : `, until the end of its transaction, ${isOwn ? "and" : "behind"} line ${String(later.step.line)}, which ${doing(later.work)}`;
  const isItself = unknownSizes.every((table) => waits.every(({ relation }) => relation === table));
  const size = isItself ? "its size" : `the size of ${unknownSizes.join(" and ")}`;
  const time =
    duration === undefined ? `: how long depends on ${size}` : `: about ${durationText(duration.ms)}`;
  return `${until}${time}`;
}

/** What a piece of work is, after "which". */
function doing({ kind, relation, names }: Work): string {
  switch (kind) {
    case "rewrite":
      return `writes ${relation} anew`;
    case "index":
      return `builds ${names.join(", ")} on ${relation}`;
    case "verify":
      return names.length === 0
        ? `checks every row of ${relation}`
        : `checks every row of ${relation} for ${names.join(", ")}`;
    case "change":
      return `may write every row of ${relation}`;
    case "read":
      return `reads all of ${relation}`;
  }
}

function workFindings(
  step: RecordedStep,
  {
    file,
    rehearsal,
    held,
    sizes,
  }: { file: string; rehearsal: Rehearsal; held: readonly Holding[]; sizes: Sizes | undefined },
): Finding[] {
  const isAwaited = held.some((holding) => holding.behind.some((one) => one.step === step));
  const isKnown = rehearsal.workloads.some(({ live }) => live === true);
  return (step.traffic?.work ?? []).flatMap((work): Finding[] => {
    // What is written is said by those who wait for its rows; reading for another purpose hurts only who waits.
    if (work.kind === "change" || (work.kind === "read" && !isAwaited)) return [];
    const duration = durationOf([work], sizes);
    const time = duration === undefined ? "" : `: about ${durationText(duration.ms)} (${duration.how})`;
    return [
      {
        code: work.kind === "rewrite" ? "rewrites-table" : "scans-table",
        severity: isAwaited || (!isKnown && work.kind === "rewrite") ? "warning" : "note",
        when: "always",
        file,
        line: step.line,
        table: work.relation,
        message: `it ${doing(work)}${time}`,
        // Who waits says what to do; what is built concurrently is done right already.
        ...(isAwaited || /\bconcurrently\b/i.test(step.sql) ? {} : { hint: hintForWork([work]) }),
      },
    ];
  });
}
