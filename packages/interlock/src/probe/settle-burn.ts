import type { Control } from "../control/control.ts";
import { takeSignal } from "../signal/take-signal.ts";
import { burnRates, type Burn } from "./burn-rate.ts";
import { readCounted } from "./read-counted.ts";

interface ObjectiveRow {
  id: string;
  environment: string;
  name: string;
  component: string | null;
  objective: string;
  firing: string[];
}

/** Raises and ends a signal for each pair of windows in which a probe's objective is being missed. */
export async function settleBurn(control: Control): Promise<void> {
  const rows = await control.query<ObjectiveRow>(
    `select p.id, p.environment, p.name, p.component, p.objective,
            array(select s.key from interlock_control.signals s
                   where s.environment = p.environment and s.source = 'probe' and s.origin = p.name and s.state = 'firing') as firing
       from interlock_control.probes p
      where p.objective is not null and p.removed_at is null and not p.is_paused`,
  );
  for (const { id, environment, name, component, objective, firing } of rows) {
    const counted = await readCounted(control.query, id);
    const before = burnRates(Number(objective), { counted }).map((burn) => firing.includes(keyOf(burn)));
    const burns = burnRates(Number(objective), { counted, wasFiring: before });
    for (const [index, burn] of burns.entries()) {
      if (burn.isFiring === before[index]) continue;
      await control.transact((transaction) =>
        takeSignal(transaction, {
          environment,
          reported: {
            source: "probe",
            origin: name,
            key: keyOf(burn),
            component,
            // A page may open an incident, a ticket never does.
            severity: burn.severity === "page" ? "critical" : "warning",
            state: burn.isFiring ? "firing" : "ended",
            title: titleOf(burn, { name, objective }),
            detail: { probe: id, burn },
            startedAt: null,
            endedAt: null,
          },
        }),
      );
    }
  }
}

function keyOf({ longMinutes }: Burn): string {
  return `burn-${String(longMinutes)}m`;
}

function titleOf(
  { long, longMinutes }: Burn,
  { name, objective }: { name: string; objective: string },
): string {
  const hours = longMinutes / 60;
  return `${name} spends its budget of ${String(100 - Number(objective)).slice(0, 6)} % ${(long ?? 0).toFixed(1)} times too fast (over ${String(hours)} h)`;
}
