import { Failure } from "../std/failure.ts";
import type { Control } from "../control/control.ts";
import { changeNotFound } from "./find-change.ts";

/**
 * Closes a change: as `shipped` when it is in the databases for good, as `abandoned` when it will never be. Closing
 * it again as the same does nothing. Throws `Failure` "not-found", or "already-ended" when it was closed otherwise.
 */
export async function closeChange(
  { control }: { control: Control },
  { change, as, actor }: { change: string; as: "shipped" | "abandoned"; actor: string },
): Promise<void> {
  await control.transact(async ({ query, audit, emit }) => {
    const closed = await query(
      `update interlock_control.changes set closed_at = clock_timestamp(), closed_as = $2::text
        where id = $1::text and closed_at is null returning id`,
      [change, as],
    );
    if (closed.length > 0) {
      audit({ actor, action: "change.close", subject: change, detail: { as } });
      emit({ kind: "change-closed", subject: change, detail: { as } });
      return;
    }
    const [found] = await query<{ closed_as: string }>(
      "select closed_as from interlock_control.changes where id = $1::text",
      [change],
    );
    if (found === undefined) throw changeNotFound(change);
    if (found.closed_as === as) return;
    throw new Failure({
      code: "already-ended",
      message: `The change ${change} was closed as ${found.closed_as} before.`,
      state: "Nothing was changed.",
      next: `See it: interlock change show ${change}`,
    });
  });
}
