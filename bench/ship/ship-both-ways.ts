import type { Plan } from "../../packages/interlock/src/plan/plan.ts";
import { rollbackChange } from "../../packages/interlock/src/ship/rollback-change.ts";
import { shipChange } from "../../packages/interlock/src/ship/ship-change.ts";
import type { ShipResult } from "../../packages/interlock/src/ship/ship-result.ts";
import { audit, auditStructure } from "./audit.ts";
import type { LeftOut } from "./compare-rows.ts";
import { urlOf } from "./url-of.ts";
import { servingVersions } from "./serving-versions.ts";
import { play, type Outcome, type Trial } from "./trial.ts";

/** How long sessions of a version are waited for that has just been ended. */
const versionsWaitMs = 20_000;

/**
 * Ships a change under traffic as far as both versions work, has both serve, withdraws the new one and rolls back;
 * then ships it again, lets the old one go, and finishes it.
 */
export async function shipBothWays(trial: Trial, plan: Plan): Promise<Outcome> {
  const { change, pace, references } = trial;
  const story: Parameters<typeof play>[1] = async ({ place, traffic, phase, step }) => {
    const { platform } = traffic;
    const results: ShipResult[] = [];
    const executor = { connection: place.connection, acceptLoss: true, versionsWaitMs };
    const carryOut = async (name: string, work: () => Promise<ShipResult>): Promise<ShipResult> =>
      phase(name, async () => {
        const result = await work();
        results.push(result);
        await traffic.rest(pace.afterMs);
        return result;
      });
    const serveBoth = async (again: string): Promise<void> => {
      await phase(`release${again}`, async () => platform.release(change.to));
      await step("warming up", async () => traffic.rest(pace.warmUpMs));
      await phase(`both${again}`, async () => traffic.rest(pace.bothMs));
      const serving = await servingVersions(place, pace.bothMs);
      if ([change.from, change.to].some((version) => !serving.includes(version)))
        throw new Error(`both releases should serve, and only ${serving.join(", ")} does`);
    };
    const shipped = await carryOut("ship", () => shipChange({ ...executor, plan, to: "migrate" }));
    await serveBoth("");
    await phase("withdrawal", async () => platform.retire(change.to));
    // Where nothing has to be finished it is done, and stays: the old release goes on with it.
    const isDone = shipped.state === "done";
    if (!isDone) await carryOut("rollback", () => rollbackChange(executor));
    const back = await phase("comparison", async () =>
      auditStructure(place, {
        references,
        version: isDone ? change.to : change.from,
        leftOut: staying(plan),
      }),
    );
    await phase("quiet again", async () => traffic.rest(pace.quietMs));
    await carryOut("ship again", () => shipChange({ ...executor, plan, to: "migrate" }));
    await serveBoth(" again");
    await phase("retirement", async () => platform.retire(change.from));
    await carryOut("contract", () => shipChange({ ...executor, plan }));
    await phase("after", async () => traffic.rest(pace.quietMs));
    await step("end of the traffic", async () => traffic.calm());
    const end = await step("audit", async () =>
      audit({ place, traffic }, { references, version: change.to }),
    );
    return {
      audit: {
        ...end,
        rows: [...back.rows.map((row) => `rolled back, ${row}`), ...end.rows],
        catalog: [...back.catalog.map((object) => `rolled back, ${object}`), ...end.catalog],
      },
      executor: summaryOf(results),
    };
  };
  return play(trial, story, { databaseUrlOf: (place, version) => urlOf(place, pathOf(plan, version)) });
}

/** The schemas that the plan says a release must look into, where it gets views of its own. */
function pathOf({ searchPaths = [] }: Plan, version: string): string[] {
  const found = searchPaths.find(({ versions }) => versions.includes(`payments@${version}`));
  return (found?.path ?? []).filter((schema) => schema !== "$user");
}

/** The columns of which the plan says that a rollback leaves them filled: that was accepted before it began. */
function staying({ losses }: Plan): LeftOut[] {
  return (losses ?? []).flatMap(({ when, kind, table, column }) =>
    when === "rollback" && kind === "stays" && table !== null && column !== null
      ? [{ table: table.name, column }]
      : [],
  );
}

function summaryOf(results: readonly ShipResult[]): Outcome["executor"] {
  const most = (name: "longestLockWaitMs" | "longestLockHeldMs" | "rowsFilled"): number =>
    Math.max(0, ...results.map((result) => result[name]));
  return {
    longestLockWaitMs: most("longestLockWaitMs"),
    longestLockHeldMs: most("longestLockHeldMs"),
    rowsFilled: most("rowsFilled"),
  };
}
