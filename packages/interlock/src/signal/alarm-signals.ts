import type { Control } from "../control/control.ts";
import type { EventFeed } from "../control/event-feed.ts";
import { followEvents } from "../control/follow-events.ts";
import type { Work } from "../control/work.ts";
import type { Alarm } from "../watch/alarm.ts";
import { componentsOf, type ScopedComponent } from "./components-of.ts";
import { endStaleSignals } from "./end-stale-signals.ts";
import { tablesOfStatement } from "./tables-of-statement.ts";
import { takeSignal, type ReportedSignal } from "./take-signal.ts";
import { touchedObjects } from "./touched-objects.ts";

/** What the leader does: makes signals of the watch's alarms as soon as they are raised and cleared, and ends what nobody sends again. */
export function alarmSignalsWork({ control, feed }: { control: Control; feed: EventFeed }): Work {
  return {
    name: "keep signals",
    run: (signal) =>
      followEvents(feed, {
        concerns: ({ kind }) => kind.startsWith("alarm-") || kind === "component-changed",
        // A component that says its scope later is found then.
        everyMs: 10_000,
        signal,
        async work() {
          await takeAlarms(control);
          await endStaleSignals({ control });
        },
      }),
  };
}

interface AlarmRow {
  id: string;
  environment: string;
  database: string;
  app_version: string;
  statements: Alarm["statements"];
  ddl: Alarm["ddl"];
  raised_at: Date;
  cleared_at: Date | null;
  sqls: { name: string; sql: string }[];
  components: ScopedComponent[];
  /** Components that it is known for, by what fires. */
  known: { component: string | null; failing: number }[];
}

/** Brings signals to what the alarms are now. Safe on several servers at once. */
export async function takeAlarms(control: Control): Promise<void> {
  for (const row of await control.query<AlarmRow>(alarmsSql)) {
    const reported = reportedOf(row);
    // What is known already, and the same, is not told again and again.
    const news = reported.filter(
      ({ state, component }) =>
        state === "ended" ||
        !row.known.some((one) => one.component === component && one.failing === row.statements.length),
    );
    if (news.length === 0) continue;
    await control.transact(async (transaction) => {
      for (const one of news) {
        await takeSignal(transaction, { environment: row.environment, reported: one });
      }
    });
  }
}

function reportedOf(row: AlarmRow): ReportedSignal[] {
  const { id, environment, database, app_version: appVersion, statements, ddl } = row;
  const app = appVersion.slice(0, appVersion.indexOf("@"));
  const touched = touchedObjects(ddl.flatMap(({ objects }) => objects));
  const broken = new Set(statements.map(({ name }) => name));
  const used = row.sqls.filter(({ name }) => broken.has(name)).flatMap(({ sql }) => tablesOfStatement(sql));
  const tables = [...new Set([...touched.tables, ...used])].toSorted();
  const about = { environment, apps: [app], tables };
  const components = componentsOf(row.components, about);
  const firstDdl = ddl[0];
  const over = row.cleared_at;
  const keys =
    over === null
      ? components.length === 0
        ? [null]
        : components
      : row.known.map(({ component }) => component);
  return keys.map((component) => ({
    source: "alarm",
    origin: database,
    key: component === null ? id : `${id} ${component}`,
    component,
    severity: "critical",
    state: over === null ? "firing" : "ended",
    title: `${String(statements.length)} statement${statements.length === 1 ? "" : "s"} of ${appVersion} do${statements.length === 1 ? "es" : ""} not prepare on ${database}`,
    detail: {
      alarm: id,
      appVersion,
      database,
      failing: statements.length,
      tables: tables.slice(0, 50),
      columns: touched.columns.slice(0, 50),
      statements: statements.slice(0, 20),
      ddl: ddl.map(({ number, at, who, text }) => ({ number, at, who, text: text.slice(0, 500) })),
    },
    startedAt: new Date(firstDdl?.at ?? row.raised_at),
    endedAt: over,
  }));
}

/** Open alarms, and those that were cleared while a signal of them still fires. */
const alarmsSql = `
select a.id, a.environment, a.database, a.app_version, a.statements, a.ddl, a.raised_at, a.cleared_at,
       coalesce((select jsonb_agg(jsonb_build_object('name', s.one ->> 'name', 'sql', s.one ->> 'sql'))
                   from interlock_control.workloads w, jsonb_array_elements(w.workload -> 'statements') s(one)
                  where w.app || '@' || w.version = a.app_version
                    and exists (select from jsonb_array_elements(a.statements) b(broken)
                                 where b.broken ->> 'name' = s.one ->> 'name')), '[]') as sqls,
       coalesce((select jsonb_agg(jsonb_build_object('key', c.key, 'scope', c.scope))
                   from interlock_control.components c
                  where c.environment = a.environment and c.removed_at is null and not c.is_group), '[]') as components,
       coalesce((select jsonb_agg(jsonb_build_object('component', g.component, 'failing', coalesce((g.detail ->> 'failing')::integer, 0)))
                   from interlock_control.signals g
                  where g.environment = a.environment and g.source = 'alarm' and g.origin = a.database
                    and g.state = 'firing' and g.detail ->> 'alarm' = a.id), '[]') as known
  from interlock_control.alarms a
 where a.cleared_at is null
    or exists (select from interlock_control.signals g
                where g.environment = a.environment and g.source = 'alarm' and g.origin = a.database
                  and g.state = 'firing' and g.detail ->> 'alarm' = a.id)
 order by a.raised_at`;
