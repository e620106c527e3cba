import { migrationsOf } from "../../migration/read.ts";
import { applyMigration } from "../../migration/apply.ts";
import type { Shadow } from "../../shadow/open-shadow.ts";
import { Failure } from "../../std/failure.ts";
import type { Workload } from "../../workload/workload.ts";
import { phaseNames, type Plan } from "../plan.ts";
import { planSources } from "../plan-change.ts";
import type { Case, Statements, Subject } from "./case.ts";

/** What became of a case: a proved plan, or why there is none. */
export type Outcome = { plan: Plan; refused?: undefined } | { plan?: undefined; refused: Failure };

/** Plans the change of one case and has the plan proved; anything but a plan or a refusal with a reason is thrown. */
export async function runCase(shadow: Shadow, subject: Subject, one: Case): Promise<Outcome> {
  const start = one.start ?? subject.start;
  const earlier = migrationsOf([{ path: "0001_start.sql", text: start }]);
  try {
    const { plan } = await planSources({
      files: migrationsOf([{ path: "0002_change.sql", text: one.migration }]),
      baseline: async (client) => {
        for (const migration of earlier) await applyMigration(client, migration);
      },
      baselineTexts: [start],
      old: [workload("1.0.0", one.old)],
      new: [workload("2.0.0", one.new)],
      shadow,
    });
    return { plan };
  } catch (error) {
    if (error instanceof Failure) return { refused: error };
    throw error;
  }
}

/** The steps of a plan or the words of a refusal, as lines of Markdown. */
export function sayingsOf({ plan, refused }: Outcome): string[] {
  if (plan === undefined) return sayingsOfRefusal(refused);
  const steps = phaseNames.flatMap((phase) =>
    plan.phases[phase].map(({ kind, title }, at) => `- ${at === 0 ? `**${phase}** ` : ""}${kind}: ${title}`),
  );
  return [...steps, ...plan.notes.map((note) => `- note: ${note}`)];
}

function sayingsOfRefusal({ code, message, why, next }: Failure): string[] {
  return [
    `- refused[${code}]: ${indented(message)}`,
    ...(why === undefined || why === "" ? [] : [`- why: ${indented(why)}`]),
    ...(next === undefined ? [] : [`- next: ${indented(next)}`]),
  ];
}

function indented(text: string): string {
  return text.split("\n").join("\n  ");
}

function workload(version: string, statements: Statements): Workload {
  return {
    format: "interlock-workload/1",
    app: "shop",
    version,
    statements: Object.entries(statements).map(([name, sql]) => ({ name, sql })),
  };
}
