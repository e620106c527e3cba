import type { Signal } from "../api/signals.ts";
import type { Caller } from "../access/caller.ts";
import type { Control } from "../control/control.ts";
import { requireEnvironment } from "../gate/reach.ts";
import { Failure } from "../std/failure.ts";
import { signalColumns, signalOf, type SignalRow } from "./signal-row.ts";

/**
 * Says that a signal is over which its sender does not end any more. Throws `Failure` "not-found", "forbidden", or
 * "already-ended".
 */
export async function endSignal(
  { control }: { control: Control },
  { signal, reason, caller }: { signal: string; reason: string; caller: Caller },
): Promise<Signal> {
  return control.transact(async ({ query, emit, audit }) => {
    const [known] = await query<{ environment: string }>(
      "select environment from interlock_control.signals where id = $1::text",
      [signal],
    );
    if (known === undefined) throw refused("not-found", `There is no signal ${signal}.`);
    const { environment } = known;
    requireEnvironment(caller, environment);
    const [row] = await query<SignalRow>(
      `update interlock_control.signals
          set state = 'ended', ended_at = clock_timestamp(), last_at = clock_timestamp()
        where id = $1::text and state = 'firing' returning ${signalColumns}`,
      [signal],
    );
    if (row === undefined) throw refused("already-ended", `The signal ${signal} has ended already.`);
    const { key, origin, source, component, severity, title } = row;
    const detail = { reason, key };
    audit({ actor: caller.owner, action: "signal.end", environment, subject: signal, detail });
    const told = { source, origin, key, component, severity, title };
    emit({ kind: "signal-ended", environment, subject: signal, detail: told });
    return signalOf(row);
  });
}

function refused(code: string, message: string): Failure {
  return new Failure({
    code,
    message,
    state: "Nothing was changed.",
    next: "See which there are: interlock signal list --env ENVIRONMENT",
  });
}
