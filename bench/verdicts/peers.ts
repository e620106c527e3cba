import type { CheckReport } from "../../packages/interlock/src/rehearsal/report/check-report.ts";
import type { Pair } from "../corpus.ts";
import { breaksOf } from "./compare.ts";
import { clientRules, type Linter } from "./squawk.ts";

/** How well something tells what breaks from what doesn't. */
export interface Score {
  who: string;
  unit: "file" | "pair";
  /** Flagged and breaking. */
  hits: number;
  /** Flagged, and nothing breaks. */
  falseAlarms: number;
  /** Breaking, and not flagged. */
  missed: number;
  /** Neither. */
  quiet: number;
}

export interface Judged {
  pair: Pair;
  report: CheckReport;
}

/** Whether one unit breaks, and whether it was flagged. */
interface Call {
  breaks: boolean;
  flagged: boolean;
}

/**
 * The check and the linter over the same files. A file breaks when a statement of the older release stops working
 * after it: PostgreSQL refuses to prepare it (`expected`), or executing it fails with what it passed with before. A
 * pair breaks when one of its files does.
 */
export function scores(judged: readonly Judged[], linter: Linter | undefined): Score[] {
  const truth = judged.map(({ pair, report }) => filesThatBreak(pair, report));
  const lists: [string, (one: Judged, file: string) => boolean][] = [
    [
      "interlock check",
      ({ report }, file) => breaksOf(report).some((finding) => finding.file?.endsWith(file) === true),
    ],
  ];
  if (linter !== undefined) {
    const rules = (file: string): readonly string[] => [...(linter.files.get(file)?.rules ?? [])];
    const name = `squawk ${linter.version}`;
    lists.push([
      `${name}, rules about clients`,
      (_, file) => rules(file).some((rule) => clientRules.has(rule)),
    ]);
    lists.push([`${name}, any rule`, (_, file) => rules(file).length > 0]);
  }
  return lists.flatMap(([who, flags]): Score[] => {
    const files = judged.map((one, index) =>
      one.pair.change.map((file): Call => ({
        breaks: truth[index]?.has(file) === true,
        flagged: flags(one, file),
      })),
    );
    const pairs = files.map((calls): Call => ({
      breaks: calls.some(({ breaks }) => breaks),
      flagged: calls.some(({ flagged }) => flagged),
    }));
    return [count(who, "file", files.flat()), count(who, "pair", pairs)];
  });
}

function filesThatBreak(pair: Pair, report: CheckReport): ReadonlySet<string> {
  const proven = breaksOf(report).filter(({ proven: isProven }) => isProven === true);
  return new Set(
    pair.change.filter(
      (file) =>
        pair.expected.breaks.some((one) => file.endsWith(one.file)) ||
        proven.some((finding) => finding.file?.endsWith(file) === true),
    ),
  );
}

function count(who: string, unit: Score["unit"], calls: readonly Call[]): Score {
  const number = (breaks: boolean, flagged: boolean): number =>
    calls.filter((call) => call.breaks === breaks && call.flagged === flagged).length;
  return {
    who,
    unit,
    hits: number(true, true),
    falseAlarms: number(false, true),
    missed: number(true, false),
    quiet: number(false, false),
  };
}

/** One line for people. */
export function renderScore({ who, unit, hits, falseAlarms, missed }: Score): string {
  const recall = percent(hits, hits + missed);
  const precision = percent(hits, hits + falseAlarms);
  return `${unit.padEnd(5)} ${who.padEnd(38)} recall ${recall}, precision ${precision}: ${String(hits)} right, ${String(falseAlarms)} false alarms, ${String(missed)} missed`;
}

export function percent(part: number, whole: number): string {
  return whole === 0 ? "-" : `${((100 * part) / whole).toFixed(1)} %`;
}
