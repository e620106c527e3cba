import type { IndexStep } from "../plan/plan.ts";
import { cancellable } from "./cancellable.ts";
import type { Execution } from "./execution.ts";
import { tellingWaits } from "./index-waits.ts";
import type { ChangeState } from "./journal-record.ts";
import { retrying } from "./retrying.ts";
import { unlimited } from "./unlimited.ts";

/**
 * Tries to do something to an index CONCURRENTLY until it works or is given up, telling who it waits for meanwhile.
 * It waits in a queue that live statements do not stand in, so that long transactions are no reason to leave a try
 * out. Answers how many tries it took.
 */
export async function tryOnIndex(
  execution: Execution,
  { step, state, run }: { step: IndexStep; state: ChangeState; run: () => Promise<void> },
): Promise<number> {
  const { session, settings } = execution;
  const { attempts } = await tellingWaits(execution, {
    step: step.id,
    run: (waits) =>
      retrying(execution, {
        step,
        state,
        relations: [],
        lock: step.lock,
        blockers: () => waits.last,
        attempt: () =>
          cancellable(execution, {
            state,
            run: () => unlimited(session.client, { lockTimeoutMs: settings.retryForMs }, run),
          }),
      }),
  });
  return attempts;
}
