import type { NewSignal, Taken } from "../api/signals.ts";
import type { Caller } from "../access/caller.ts";
import type { Control } from "../control/control.ts";
import { findEnvironment } from "../environment/find-environment.ts";
import { takeSignal } from "./take-signal.ts";

/** The origin of what is sent by itself: a key is the same trouble whoever sends it. */
const origin = "api";

/** Takes a signal that a script or a person sends. Throws `Failure` "not-found". */
export async function sendSignal(
  { control }: { control: Control },
  { environment, signal, caller }: { environment: string; signal: NewSignal; caller: Caller },
): Promise<Taken> {
  const { key, state, title, component, severity, startedAt, endedAt, detail } = signal;
  return control.transact(async ({ query, emit, audit }) => {
    await findEnvironment(query, environment);
    const taken = await takeSignal(
      { query, emit },
      {
        environment,
        reported: {
          source: "hook",
          origin,
          key,
          state,
          title,
          component,
          severity,
          detail,
          startedAt: startedAt === undefined ? null : new Date(startedAt),
          endedAt: endedAt === undefined ? null : new Date(endedAt),
        },
      },
    );
    if (taken.outcome === "raised" || taken.outcome === "ended") {
      audit({
        actor: caller.owner,
        action: "signal.send",
        environment,
        subject: taken.signal ?? key,
        detail: { key, component, outcome: taken.outcome },
      });
    }
    return taken;
  });
}
