import { migrationOf, workloadOf } from "../../packages/interlock/src/plan/testing-change.ts";
import { planSources } from "../../packages/interlock/src/plan/plan-change.ts";
import type { Plan } from "../../packages/interlock/src/plan/plan.ts";
import type { Shadow } from "../../packages/interlock/src/shadow/open-shadow.ts";
import { Failure } from "../../packages/interlock/src/std/failure.ts";
import type { History } from "./history.ts";
import { noted } from "./live-version.ts";

/** The schema before the change, with the table that versions note their writes in. */
export function baselineOf({ baseline }: History): string {
  return `${baseline.schema}create table ${noted} (number text primary key);`;
}

/** The plan of a history's change, or why there is none. */
export async function planOf(shadow: Shadow, history: History): Promise<Plan | Failure> {
  try {
    const { plan } = await planSources({
      files: [migrationOf(history.change.migration)],
      baseline: async (client) => {
        await client.query(baselineOf(history));
      },
      old: [
        workloadOf(
          "1",
          history.old.map(({ sql }) => sql),
        ),
      ],
      new: [
        workloadOf(
          "2",
          history.new.map(({ sql }) => sql),
        ),
      ],
      shadow,
    });
    return plan;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}
