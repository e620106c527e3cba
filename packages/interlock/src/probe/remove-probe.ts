import type { Probe } from "../api/probes.ts";
import type { Caller } from "../access/caller.ts";
import type { Control } from "../control/control.ts";
import { Failure } from "../std/failure.ts";
import { endProbeSignals } from "./end-probe-signals.ts";
import { probeColumns, probeOf, type ProbeRow } from "./probe-row.ts";

/** Carries a probe out no more; its figures stay as long as others do. Throws `Failure` "not-found". */
export async function removeProbe(
  { control }: { control: Control },
  { environment, name, caller }: { environment: string; name: string; caller: Caller },
): Promise<Probe> {
  return control.transact(async ({ query, audit, emit }) => {
    const [row] = await query<ProbeRow>(
      `update interlock_control.probes set removed_at = clock_timestamp()
        where environment = $1::text and name = $2::text and removed_at is null returning ${probeColumns}`,
      [environment, name],
    );
    if (row === undefined) throw probeNotFound(name);
    const { id } = row;
    await endProbeSignals({ query, emit }, { environment, id, why: "it was removed" });
    audit({ actor: caller.owner, action: "probe.remove", environment, subject: id, detail: { name } });
    emit({ kind: "probe-changed", environment, subject: id, detail: { name, isRemoved: true } });
    return probeOf(row);
  });
}

export function probeNotFound(name: string): Failure {
  return new Failure({
    code: "not-found",
    message: `There is no probe ${name}.`,
    state: "Nothing was changed.",
    next: "See which there are: interlock probe list --env ENVIRONMENT",
  });
}
