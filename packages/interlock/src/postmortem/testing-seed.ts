import type { Control } from "../control/control.ts";

/** For tests only: a moment of the 17 December 2024 in Paris, `14:08` or `14:08:30`. */
export function paris(clock: string): Date {
  return new Date(`2024-12-17T${clock.length === 5 ? `${clock}:00` : clock}+01:00`);
}

export const seedChange = "chg_0123456789abcdef";

/**
 * For tests only: the 17 December 2024 as rows, on what `useIncidents` sets up: the structure at 14:08, failures from
 * 14:17, the unit at 14:18, the application at 14:24, updates at 14:30, 14:42 and 14:49, recovery at 14:37.
 */
export async function insertSeed({ query }: Pick<Control, "query">): Promise<void> {
  await query(
    `insert into interlock_control.incidents
       (id, number, environment, titles, priority, status, category, responsibility, is_public, started_at, detected_at,
        opened_at, opened_by, unit_opened_at, recovered_at, ended_at, closed_at, closed_by)
     values ('inc_0000000000000012', 12, 'production', $1::jsonb, 'P1', 'resolved', 'production-processing', 'Payplug', true,
             $2::timestamptz, $3::timestamptz, $4::timestamptz, 'interlock', $4::timestamptz, $5::timestamptz, $5::timestamptz,
             $6::timestamptz, 'ada')`,
    [
      JSON.stringify({
        fr: "Perturbations sur les paiements e-commerce",
        en: "E-commerce payment disruption",
        it: "Perturbazioni sui pagamenti e-commerce",
      }),
      paris("14:17"),
      paris("14:17:20"),
      paris("14:18"),
      paris("14:37"),
      paris("14:49"),
    ],
  );
  await query(
    `insert into interlock_control.component_impacts (incident, component, status, recorded_by)
     select 'inc_0000000000000012', id, case key when 'payment-api' then 'major_outage' else 'operational' end, 'ada'
       from interlock_control.components where key in ('payment-api', 'terminals')`,
  );
  for (const [number, clock, status] of [
    [1, "14:30", "identified"],
    [2, "14:42", "monitoring"],
    [3, "14:49", "resolved"],
  ] as const) {
    const id = `upd_000000000000000${String(number)}`;
    await query(
      `insert into interlock_control.updates (id, incident, status, state, occurred_at, published_at, published_by, created_by)
       values ($1::text, 'inc_0000000000000012', $2::text, 'published', $3::timestamptz, $3::timestamptz, 'ada', 'ada')`,
      [id, status, paris(clock)],
    );
    await query(
      `insert into interlock_control.update_texts (update, locale, revision, round, body, written_by)
       select $1::text, locale, 1, 1, 'text', 'ada' from unnest('{fr,en,it}'::text[]) as locale`,
      [id],
    );
  }
  await insertCause({ query });
}

/** For tests only: structure and application one after the other, what the watch saw, and the change with its rehearsal. */
async function insertCause({ query }: Pick<Control, "query">): Promise<void> {
  await query(
    `insert into interlock_control.releases (id, environment, app, version, state, started_at, started_by, expected_until, ended_at)
     values ('rel_0000000000000001', 'production', 'payments', '2.3.0', 'finished', $1::timestamptz, 'ada',
             $1::timestamptz + interval '1 hour', $1::timestamptz + interval '9 minutes')`,
    [paris("14:24")],
  );
  const statements = [
    {
      name: "insert-payment",
      sqlstate: "42703",
      message: 'column "is_paid" of relation "payments" does not exist',
    },
    { name: "list-payments", sqlstate: "42703", message: "column payments.is_paid does not exist" },
  ];
  const ddl = [
    {
      number: "1",
      at: paris("14:08").toISOString(),
      tag: "ALTER TABLE",
      objects: ["table public.payments"],
      who: "deployer",
      applicationName: "psql",
      clientAddress: null,
      text: "alter table payments drop column is_paid, drop column is_refunded",
      permit: null,
    },
  ];
  await query(
    `insert into interlock_control.alarms (id, environment, database, app_version, statements, ddl, raised_at, cleared_at)
     values ('alm_0000000000000001', 'production', 'main', 'payments@2.2.0', $1::jsonb, $2::jsonb, $3::timestamptz, $4::timestamptz)`,
    [JSON.stringify(statements), JSON.stringify(ddl), paris("14:08"), paris("14:37")],
  );
  await query(
    `insert into interlock_control.workloads (app, version, sha256, workload, pushed_by)
     values ('payments', '2.2.0', 'x', $1::jsonb, 'ada')`,
    [
      JSON.stringify({
        statements: [
          { name: "insert-payment", sql: "insert into payments (is_paid) values ($1)" },
          { name: "list-payments", sql: "select is_paid from payments" },
        ],
      }),
    ],
  );
  await query(
    `insert into interlock_control.changes (id, title, files, baseline, digests, app, version, touches, created_at, created_by)
     values ($1::text, 'paid, refunded → status',
             '[{"path": "migrations/0042_status.sql", "text": "alter table payments drop column is_paid"}]', '[]', '{}', 'payments', '2.3.0', $2::jsonb, $3::timestamptz, 'ada')`,
    [
      seedChange,
      JSON.stringify({
        kinds: ["add-column", "drop-column", "update-rows"],
        tables: ["public.payments"],
        statements: 5,
        operations: 5,
        files: 1,
        rewrites: [],
      }),
      paris("13:50"),
    ],
  );
  await query(
    `insert into interlock_control.rehearsals (id, change, key, old_versions, new_versions, state, asked_at, report)
     values ('reh_0000000000000001', $1::text, 'key', '[]', '[]', 'done', $2::timestamptz, $3::jsonb)`,
    [seedChange, paris("13:51"), JSON.stringify({ order: "split", findings: [], workloads: [], files: [] })],
  );
}

/** For tests only: what a platform counted, every ten seconds: all fails from 14:17 on, less and less from 14:24 on. */
export function seedSeries(): { at: Date; ok: number; failed: number }[] {
  const points: { at: Date; ok: number; failed: number }[] = [];
  const [start, application, end] = [paris("14:17"), paris("14:24"), paris("14:37")].map((at) =>
    at.getTime(),
  );
  if (start === undefined || application === undefined || end === undefined)
    throw new Error("they are there");
  for (let ms = paris("14:00").getTime(); ms < paris("15:00").getTime(); ms += 10_000) {
    const total = 2_400;
    const share = ms < start || ms >= end ? 0 : ms < application ? 1 : (end - ms) / (end - application);
    const failed = Math.round(total * share);
    points.push({ at: new Date(ms), ok: total - failed, failed });
  }
  return points;
}
