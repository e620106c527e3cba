import type { Caller } from "../access/caller.ts";
import type { Control } from "../control/control.ts";
import { sqlstateOf } from "../database/sqlstate.ts";
import { Failure } from "../std/failure.ts";
import { environmentNotFound } from "./find-environment.ts";

/**
 * Removes an environment that has no databases and where nothing was ever done. One with a history stays, so that it
 * can be looked up. Throws `Failure` "not-found" or "in-use".
 */
export async function removeEnvironment(
  { control }: { control: Control },
  { environment, caller }: { environment: string; caller: Caller },
): Promise<void> {
  try {
    await control.transact(async ({ query, audit, emit }) => {
      const gone = await query(
        "delete from interlock_control.environments where name = $1::text returning name",
        [environment],
      );
      if (gone.length === 0) throw environmentNotFound(environment);
      const by = { environment, subject: environment, detail: {} };
      audit({ actor: caller.owner, action: "environment.remove", ...by });
      emit({ kind: "environment-removed", ...by });
    });
  } catch (error) {
    // Something refers to it: its databases, or what was done there.
    if (sqlstateOf(error) !== "23503") throw error;
    throw new Failure({
      code: "in-use",
      message: `The environment ${environment} can't be removed.`,
      why: "It has databases, or releases, shipments, approvals, overrides or incidents that refer to it.",
      state: "Nothing was changed.",
      next: `Remove its databases: interlock environment database remove ${environment} NAME. Without any it lets nothing through; its history stays.`,
      cause: error,
    });
  }
}
