import type { Control } from "../control/control.ts";

/** How long signals that ended are kept where no incident has them. */
const keptDays = 90;

/** Ends what its sender would have sent again, and forgets what is long over. Answers how many it ended. */
export async function endStaleSignals({ control }: { control: Control }): Promise<number> {
  await control.query(
    `delete from interlock_control.signals
      where state = 'ended' and incident is null and last_at < clock_timestamp() - make_interval(days => $1::integer)`,
    [keptDays],
  );
  const [due] = await control.query<{ due: boolean }>(`select exists (${staleSql}) as due`);
  if (due?.due !== true) return 0;
  return control.transact(async ({ query, emit }) => {
    const rows = await query<{
      id: string;
      environment: string;
      origin: string;
      key: string;
      component: string | null;
    }>(
      `update interlock_control.signals
          set state = 'ended', ended_at = clock_timestamp(), detail = detail || '{"stale": "yes"}'
        where id in (${staleSql} for update of g) and state = 'firing'
       returning id, environment, origin, key, component`,
    );
    for (const { id, environment, origin, key, component } of rows) {
      const detail = { source: "hook", origin, key, component, why: "it was not sent again" };
      emit({ kind: "signal-ended", environment, subject: id, detail });
    }
    return rows.length;
  });
}

const staleSql = `select g.id from interlock_control.signals g
  join interlock_control.signal_sources s
    on s.environment = g.environment and s.name = g.origin and s.removed_at is null
 where g.state = 'firing' and g.source = 'hook'
   and g.last_at < clock_timestamp() - make_interval(mins => s.ends_after_minutes)`;
