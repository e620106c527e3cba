import type { Control } from "../../control/control.ts";

/** Who was called longer ago than this only wonders; a forgotten delivery is not made again. */
const worthHours = 6;

/**
 * A delivery for every call of an open incident that nobody answered and that has none, in the lane that waits for
 * nobody. Returns how many were made.
 */
export async function makeCallDeliveries({ control }: { control: Control }): Promise<number> {
  const made = await control.query(makeSql, [worthHours]);
  return made.length;
}

const makeSql = `insert into interlock_control.deliveries (kind, subject, revision, receiver, channel, lane, thread)
  select 'call', c.id, 1, c.responder, case when r.channel = 'email' then 'email' else 'webhook' end, 0, c.id
    from interlock_control.calls c
    join interlock_control.incidents i on i.id = c.incident and i.closed_at is null
    join interlock_control.responders r on r.id = c.responder
   where c.answered_at is null and c.sealed_answer is not null
     and c.called_at > clock_timestamp() - make_interval(hours => $1::integer)
     and not exists (select from interlock_control.deliveries d where d.kind = 'call' and d.subject = c.id)
   order by c.called_at, c.id
  on conflict (kind, subject, revision, receiver, channel) do nothing
  returning number`;
