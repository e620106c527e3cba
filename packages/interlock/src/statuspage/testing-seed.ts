import type { Control } from "../control/control.ts";

/** For tests only: rows of the 17 December, as the incident's verbs write them; everything is public. */
export async function seedSeventeenDecember(control: Pick<Control, "query">): Promise<void> {
  for (const sql of statements) await control.query(sql);
}

const statements = [
  `insert into interlock_control.environments (name, tools) values ('production', '{}')`,
  `insert into interlock_control.status_page
     (environment, names, url, time_zone, locales, postmortem_locales, responsibility, updated_at, updated_by)
   values ('production', '{"fr":"Payplug","en":"Payplug"}', 'https://status.example.com/', 'Europe/Paris',
           '{fr,en,it}', '{fr,en}', 'Payplug', '2024-12-01T09:00:00Z', 'test')`,
  `insert into interlock_control.components
     (id, environment, key, names, parent, is_group, position, is_shown, start_date, created_at, created_by, updated_at)
   values ('cmp_group', 'production', 'payments', '{"en":"Payments"}', null, true, 1, true, null, '2024-01-01', 'test', '2024-01-01'),
          ('cmp_pos', 'production', 'terminals', '{"fr":"Terminaux de paiement","en":"Payment terminals"}', 'cmp_group', false, 2, true, null, '2024-01-01', 'test', '2024-01-01'),
          ('cmp_api', 'production', 'payment-api', '{"fr":"API de Paiement","en":"Payment API"}', 'cmp_group', false, 1, true, '2024-06-01', '2024-01-01', 'test', '2024-01-01'),
          ('cmp_hidden', 'production', 'hidden', '{"en":"Hidden"}', null, false, 3, false, null, '2024-01-01', 'test', '2024-01-01')`,
  `insert into interlock_control.incidents
     (id, number, environment, titles, priority, status, is_public, opened_at, opened_by, closed_at, closed_by,
      started_at, detected_at, recovered_at, ended_at)
   values ('inc_12', 12, 'production', '{"fr":"Perturbations","en":"Disruption"}', 'P1', 'resolved', true,
           '2024-12-17T13:18:00Z', 'test', '2024-12-17T13:49:00Z', 'test',
           '2024-12-17T13:17:00Z', '2024-12-17T13:17:30Z', '2024-12-17T13:37:00Z', '2024-12-17T13:37:00Z'),
          ('inc_13', 13, 'production', '{"en":"Not public"}', 'P3', 'investigating', false,
           '2024-12-17T14:00:00Z', 'test', null, null, '2024-12-17T14:00:00Z', '2024-12-17T14:00:00Z', null, null)`,
  `insert into interlock_control.component_impacts (incident, component, status, began_at, ended_at, recorded_by)
   values ('inc_12', 'cmp_api', 'major_outage', null, null, 'test'),
          ('inc_12', 'cmp_pos', 'operational', null, null, 'test'),
          ('inc_12', 'cmp_hidden', 'major_outage', null, null, 'test')`,
  `insert into interlock_control.updates
     (id, incident, status, state, occurred_at, published_at, published_by, edited_at, is_backdated, affected, created_by)
   values ('upd_1', 'inc_12', 'identified', 'published', '2024-12-17T13:30:00Z', '2024-12-17T13:30:05Z', 'test', null, false,
           '[{"component":"payment-api","from":"operational","to":"major_outage"},{"component":"hidden","from":"operational","to":"major_outage"}]', 'test'),
          ('upd_2', 'inc_12', 'resolved', 'published', '2024-12-17T13:49:00Z', '2024-12-17T13:55:00Z', 'test', '2024-12-17T14:05:00Z', true, '[]', 'test'),
          ('upd_3', 'inc_12', 'resolved', 'draft', '2024-12-17T13:50:00Z', null, null, null, false, '[]', 'test'),
          ('upd_4', 'inc_12', 'monitoring', 'withdrawn', '2024-12-17T13:42:00Z', '2024-12-17T13:42:00Z', 'test', null, false, '[]', 'test')`,
  `insert into interlock_control.update_texts (update, locale, revision, round, body, written_by)
   values ('upd_1', 'fr', 1, 1, 'Identifié.', 'test'), ('upd_1', 'en', 1, 1, 'Identified.', 'test'),
          ('upd_2', 'fr', 1, 1, 'Résolu, avec une faute.', 'test'), ('upd_2', 'fr', 2, 1, 'Résolu.', 'test'),
          ('upd_3', 'fr', 1, 1, 'Brouillon.', 'test'), ('upd_4', 'fr', 1, 1, 'Retiré.', 'test')`,
  `insert into interlock_control.maintenances
     (id, number, environment, titles, status, scheduled_for, scheduled_until, created_at, created_by)
   values ('mnt_14', 14, 'production', '{"fr":"Entretien"}', 'scheduled', '2025-01-14T01:00:00Z',
           '2025-01-14T03:00:00Z', '2024-12-10', 'test')`,
  `insert into interlock_control.component_impacts (maintenance, component, status, recorded_by)
   values ('mnt_14', 'cmp_api', 'under_maintenance', 'test')`,
];
