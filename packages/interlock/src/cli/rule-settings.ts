import type { NewRule } from "../api/rules.ts";
import { weekly } from "../gate/schedule/weekly.ts";
import { Failure } from "../std/failure.ts";

/** The flags that say what a rule is, besides scope and reason. */
export interface RuleFlags {
  weekly?: string;
  timeZone?: string;
  from?: string;
  to?: string;
  start?: string;
  rrule?: string;
  duration?: string;
  statements?: string;
  tables?: string;
  operations?: string;
  rewrites?: string;
  files?: string;
  count?: string;
  role?: string[];
}

type Permanent = Exclude<NewRule, { kind: "block" }>;

/** The flags of a kind of rule as its settings. Throws `Failure` "usage" or "schedule-not-valid". */
export function ruleSettings(kind: Permanent["kind"], flags: RuleFlags, at: Date): Permanent["settings"] {
  switch (kind) {
    case "freeze":
      return { schedule: scheduleOf(flags, at) };
    case "size-limit":
      return limitsOf(flags);
    case "approval":
      return {
        count: Number(flags.count ?? 1),
        ...(flags.role === undefined ? {} : { roles: flags.role as never }),
      };
    default:
      return kind satisfies never;
  }
}

type Schedule = Extract<Permanent, { kind: "freeze" }>["settings"]["schedule"];

function scheduleOf(flags: RuleFlags, at: Date): Schedule {
  const { timeZone, from, to, start, rrule, duration } = flags;
  if (from !== undefined && to !== undefined) return { from, until: to };
  if (timeZone !== undefined) {
    if (flags.weekly !== undefined) return weekly(flags.weekly, { timeZone, at });
    if (start !== undefined && rrule !== undefined && duration !== undefined)
      return { start, timeZone, rrule, duration };
  }
  throw usage(
    "It is not said when the freeze holds.",
    'Give --from and --to, or --weekly "fri 16:00 - mon 08:00" --time-zone Europe/Paris, or --start, --rrule, --duration and --time-zone.',
  );
}

function limitsOf(flags: RuleFlags): Extract<Permanent, { kind: "size-limit" }>["settings"] {
  const limits: Partial<Record<"statements" | "tables" | "operations" | "rewrites" | "files", number>> = {};
  for (const name of ["statements", "tables", "operations", "rewrites", "files"] as const) {
    const text = flags[name];
    if (text !== undefined) limits[name] = Number(text);
  }
  if (Object.keys(limits).length > 0) return limits;
  throw usage(
    "A size limit without a limit.",
    "Give one or more of --statements, --tables, --operations, --rewrites, --files.",
  );
}

function usage(message: string, next: string): Failure {
  return new Failure({ code: "usage", message, state: "Nothing was changed.", next });
}
