import type { Check } from "../check.ts";

const inWords = (table: string): string =>
  `concat_ws(' ', ${table}.state, ${table}.kind, 'of', ${table}.amount_cents, 'cents')`;

/** Operations and decisions of one reference. One that was voided carries neither kind nor amount. */
const both = `operations join decisions on decisions.reference = operations.reference and operations.state <> 'pending'`;
const notVoid = "decisions.kind <> 'void'";

/** Our operations against the acquirer's decisions. */
export const decisionChecks: readonly Check[] = [
  {
    kind: "unknown-here",
    action:
      "Find out who sent it: it has no operation of ours. If money moved, give it back or book it by hand.",
    sql: `select decisions.reference, 'nothing' as here, ${inWords("decisions")} as there
from decisions left join operations on operations.reference = decisions.reference
where operations.reference is null`,
  },
  {
    kind: "unknown-at-acquirer",
    action:
      "Ask the acquirer for its record of this reference; until then, do not pay the merchant out for it.",
    sql: `select operations.reference, ${inWords("operations")} as here, 'nothing' as there
from bounds, operations left join decisions on decisions.reference = operations.reference
where decisions.reference is null and operations.state <> 'pending'
  and operations.started_at >= bounds.since and operations.finished_at < bounds.until`,
  },
  {
    kind: "still-pending",
    action:
      "See that recovery runs: the worker for payments, captures, releases and refunds, the terminals for theirs.",
    sql: `select operations.reference, 'pending since ' || to_char(operations.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as here,
  case when decisions.reference is null then 'nothing' else ${inWords("decisions")} end as there
from bounds, operations left join decisions on decisions.reference = operations.reference
where operations.state = 'pending' and operations.started_at >= bounds.since and case
  when decisions.reference is not null then decisions.decided_at < bounds.settled_by
  when operations.challenged_at is not null then false
  else operations.started_at < bounds.settled_by end`,
  },
  {
    kind: "state-differs",
    action: "The acquirer's word stands: correct ours, and book or book back what follows from it.",
    sql: `select operations.reference, ${inWords("operations")} as here, ${inWords("decisions")} as there
from ${both}
where decisions.state <> operations.state`,
  },
  {
    kind: "amount-differs",
    action: "Ask the acquirer which amount it settles; correct the booking by the difference.",
    sql: `select operations.reference, ${inWords("operations")} as here, ${inWords("decisions")} as there
from ${both}
where ${notVoid} and decisions.amount_cents <> operations.amount_cents`,
  },
  {
    kind: "kind-differs",
    action: "The acquirer carried out something else than what was asked for: settle it with them by hand.",
    sql: `select operations.reference, operations.decision_kind as here, decisions.kind as there
from ${both}
where ${notVoid} and decisions.kind <> operations.decision_kind`,
  },
  {
    kind: "authorisation-differs",
    action: "It was taken from, or given back to, another card holder's payment: settle both by hand.",
    sql: `select operations.reference, coalesce(operations.authorisation, 'none') as here,
  coalesce(decisions.authorisation, 'none') as there
from ${both}
where ${notVoid} and decisions.authorisation is distinct from operations.authorisation`,
  },
  {
    kind: "decided-twice",
    action: "One reference must have one decision: have the acquirer take the second one back.",
    sql: `select decisions.reference, 'one operation' as here, count(*) || ' decisions' as there
from decisions
group by decisions.reference having count(*) > 1`,
  },
];
