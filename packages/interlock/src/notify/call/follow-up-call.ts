import { appendToTimeline } from "../../incident/append-to-timeline.ts";
import type { Transaction } from "../../control/control.ts";
import type { Claimed, Outcome } from "../delivery/delivery.ts";
import type { Recorded } from "../delivery/record-outcomes.ts";
import type { NotifyServices } from "../services.ts";

/** After so many failures, some seconds, the next level is not waited for any longer; it is tried on all the same. */
const failuresUntilNext = 3;

interface CallRow {
  id: string;
  incident: string;
  reference: string;
  environment: string;
  person: string;
  role: string;
  level: number;
  channel: string;
}

/**
 * Puts on the timeline whether a call reached its channel. One that did not is over at once: the next level is called
 * as if the time to answer had passed.
 */
export async function followUpCall(
  { control }: Pick<NotifyServices, "control">,
  { delivery, outcome, state }: { delivery: Claimed; outcome: Outcome; state: ReturnType<Recorded["get"]> },
): Promise<void> {
  const hasFailed = state === "failed" || state === "given-up" || isThird(delivery, outcome);
  if (state === undefined || (state !== "sent" && !hasFailed)) return;
  await control.transact(async (transaction) => {
    const [call] = await transaction.query<CallRow>(callSql, [delivery.subject]);
    if (call === undefined) return;
    await note(transaction, call, state === "sent" ? "call-sent" : "call-not-sent", problemOf(outcome));
    if (state !== "sent") await letGo(transaction, call);
  });
}

function isThird({ attempts }: Claimed, { state }: Outcome): boolean {
  return state === "failed-for-now" && attempts === failuresUntilNext;
}

function problemOf(outcome: Outcome): string | null {
  return "problem" in outcome ? outcome.problem : null;
}

const callSql = `select c.id, c.incident, 'INC-' || i.number as reference, i.environment, c.person, c.role, c.level, r.channel
    from interlock_control.calls c
    join interlock_control.incidents i on i.id = c.incident
    join interlock_control.responders r on r.id = c.responder
   where c.id = $1::text`;

async function note(
  { query, audit, emit }: Transaction,
  call: CallRow,
  kind: "call-sent" | "call-not-sent",
  problem: string | null,
): Promise<void> {
  const { id, incident, reference, environment, person, role, level, channel } = call;
  const detail = {
    reference,
    call: id,
    person,
    role,
    level,
    channel,
    ...(problem === null ? {} : { problem }),
  };
  await appendToTimeline(query, { incident, at: new Date(), kind, actor: "interlock", detail });
  audit({ actor: "interlock", action: `unit.${kind}`, environment, subject: incident, detail });
  emit({ kind: `unit-${kind}`, environment, subject: incident, detail });
}

/** Nobody answers what they did not get. */
async function letGo({ query }: Transaction, { id }: CallRow): Promise<void> {
  await query(
    `update interlock_control.calls set answer_by = clock_timestamp()
      where id = $1::text and answered_at is null and escalated_at is null and answer_by > clock_timestamp()`,
    [id],
  );
}
