import type { Channel, Responder, UnitRole } from "../../api/unit.ts";
import type { Locale } from "../../api/localised.ts";
import type { Control } from "../../control/control.ts";

/** A responder as the control database has it, without the address. */
export interface ResponderRow {
  id: string;
  environment: string;
  person: string;
  role: UnitRole;
  level: number;
  channel: Channel;
  shown_address: string;
  locale: Locale;
  answer_within_seconds: number;
  created_at: Date;
  created_by: string;
}

export const responderColumns =
  "id, environment, person, role, level, channel, shown_address, locale, answer_within_seconds, created_at, created_by";

/** What a responder's address is sealed for. */
export function placeOfResponder(responder: string): string {
  return `responder/${responder}`;
}

/** A responder as it goes over the wire. */
export function responderOf(row: ResponderRow): Responder {
  return {
    id: row.id,
    environment: row.environment,
    person: row.person,
    role: row.role,
    level: row.level,
    channel: row.channel,
    address: row.shown_address,
    locale: row.locale,
    answerWithinSeconds: row.answer_within_seconds,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
  };
}

/** Who is called in an environment, by role and level. */
export async function listResponders(
  { control }: { control: Pick<Control, "query"> },
  { environment }: { environment: string },
): Promise<Responder[]> {
  const rows = await control.query<ResponderRow>(
    `select ${responderColumns} from interlock_control.responders
      where environment = $1::text and removed_at is null order by role, level, person, id`,
    [environment],
  );
  return rows.map(responderOf);
}
