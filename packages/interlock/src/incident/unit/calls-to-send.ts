import type { Channel, UnitRole } from "../../api/unit.ts";
import type { Locale, Localised } from "../../api/localised.ts";
import { Failure } from "../../std/failure.ts";
import type { IncidentServices } from "../services.ts";
import { placeOfCall } from "./call-level.ts";
import { placeOfResponder } from "./responders.ts";

/** A call that nobody answered, with all that a message needs. */
export interface CallToSend {
  call: string;
  /** The incident's id and reference. */
  incident: string;
  reference: string;
  environment: string;
  titles: Localised;
  priority: string;
  person: string;
  role: UnitRole;
  level: number;
  channel: Channel;
  /** An email address or the URL of a hook: a secret. */
  address: string;
  shownAddress: string;
  locale: Locale;
  /** What the message's link ends with: whoever has it answers, once. A secret. */
  answerToken: string;
  calledAt: Date;
  answerBy: Date;
}

interface Row extends Omit<CallToSend, "address" | "answerToken" | "calledAt" | "answerBy" | "shownAddress"> {
  responder: string;
  shown_address: string;
  sealed_address: Buffer;
  sealed_answer: Buffer;
  called_at: Date;
  answer_by: Date;
}

/** How long a call is worth sending: after that whoever gets it only wonders. */
const worthMs = 6 * 3_600_000;

/**
 * Calls of open incidents that nobody answered, the oldest first, `limit` at most; which of them were sent is the
 * notifier's to know, who gives the ids of those that it does not want. One whose secrets can't be opened with this
 * server's key is left out, and logged.
 */
export async function callsToSend(
  { control, sealer, log }: IncidentServices,
  { except = [], limit = 100 }: { except?: readonly string[]; limit?: number } = {},
): Promise<CallToSend[]> {
  const rows = await control.query<Row>(readSql, [except, worthMs / 1_000, limit]);
  return rows.flatMap((row) => {
    const {
      responder,
      shown_address: shownAddress,
      sealed_address: address,
      sealed_answer: answer,
      called_at: calledAt,
      answer_by: answerBy,
      ...call
    } = row;
    try {
      return [
        {
          ...call,
          shownAddress,
          address: sealer.open(address, placeOfResponder(responder)),
          answerToken: sealer.open(answer, placeOfCall(call.call)),
          calledAt,
          answerBy,
        },
      ];
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      log.error(
        { call: call.call, code: error.code },
        "a call can't be sent: what is sealed in it can't be opened",
      );
      return [];
    }
  });
}

const readSql = `select c.id as call, c.incident, 'INC-' || i.number as reference, i.environment, i.titles, i.priority,
    c.person, c.role, c.level, r.id as responder, r.channel, r.sealed_address, r.shown_address, r.locale,
    c.sealed_answer, c.called_at, c.answer_by
  from interlock_control.calls c
  join interlock_control.incidents i on i.id = c.incident
  join interlock_control.responders r on r.id = c.responder
 where c.answered_at is null and c.sealed_answer is not null and i.closed_at is null
   and c.id <> all ($1::text[])
   and c.called_at > clock_timestamp() - make_interval(secs => $2::double precision)
 order by c.called_at, c.id limit $3::integer`;
