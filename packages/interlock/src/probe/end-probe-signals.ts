import type { Transaction } from "../control/control.ts";

/** Ends what a probe left firing: nobody looks any more. */
export async function endProbeSignals(
  { query, emit }: Pick<Transaction, "query" | "emit">,
  { environment, id, why }: { environment: string; id: string; why: string },
): Promise<void> {
  const ended = await query<{ id: string; origin: string; key: string; component: string | null }>(
    `update interlock_control.signals
        set state = 'ended', ended_at = clock_timestamp(), last_at = clock_timestamp()
      where environment = $1::text and source = 'probe' and state = 'firing' and detail ->> 'probe' = $2::text
      returning id, origin, key, component`,
    [environment, id],
  );
  for (const { id: subject, origin, key, component } of ended) {
    emit({
      kind: "signal-ended",
      environment,
      subject,
      detail: { source: "probe", origin, key, component, why },
    });
  }
}
