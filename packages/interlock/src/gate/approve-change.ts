import type { Approval } from "../api/approvals.ts";
import type { Caller } from "../access/caller.ts";
import type { Control } from "../control/control.ts";
import { Failure } from "../std/failure.ts";
import { newId } from "../std/new-id.ts";
import { approvalColumns, approvalOf, type ApprovalRow } from "./approval.ts";
import { environmentNotFound } from "./environment-not-found.ts";

/**
 * Agrees to a change going to an environment. A change's files never change, so it holds for what was read. Never by
 * its author, whatever token they use. Throws `Failure` "not-found", "own-change", "already-ended", or
 * "already-exists" while an approval of the same person holds.
 */
export async function approveChange(
  { control }: { control: Control },
  {
    change,
    environment,
    days,
    caller,
  }: { change: string; environment: string; days: number; caller: Caller },
): Promise<Approval> {
  return control.transact(async ({ query, audit, emit }) => {
    const [known] = await query<{ created_by: string; closed_as: string | null; has_environment: boolean }>(
      `select created_by, closed_as,
              exists (select from interlock_control.environments where name = $2::text) as has_environment
         from interlock_control.changes where id = $1::text for share`,
      [change, environment],
    );
    if (known === undefined) throw changeNotFound(change);
    if (!known.has_environment) throw environmentNotFound(environment);
    if (known.created_by === caller.owner) throw ownChange(change);
    if (known.closed_as !== null) throw closed(change, known.closed_as);
    // One that has expired makes room; one that holds stays.
    await query(
      `update interlock_control.approvals set withdrawn_at = expires_at
        where change = $1::text and environment = $2::text and approver = $3::text
          and withdrawn_at is null and expires_at <= clock_timestamp()`,
      [change, environment, caller.owner],
    );
    const [row] = await query<ApprovalRow>(
      `insert into interlock_control.approvals (id, change, environment, approver, role, expires_at)
       values ($1::text, $2::text, $3::text, $4::text, $5::text, clock_timestamp() + make_interval(days => $6::integer))
       on conflict (change, environment, approver) where withdrawn_at is null do nothing
       returning ${approvalColumns}`,
      [newId("apr"), change, environment, caller.owner, caller.role, days],
    );
    if (row === undefined) throw approvedAlready(change, environment);
    const approval = approvalOf(row);
    const { id: subject, expiresAt } = approval;
    audit({
      actor: caller.owner,
      action: "approval.give",
      environment,
      subject,
      detail: { change, expiresAt },
    });
    emit({
      kind: "change-approved",
      environment,
      subject: change,
      detail: { approval: subject, by: caller.owner },
    });
    return approval;
  });
}

function changeNotFound(change: string): Failure {
  return new Failure({
    code: "not-found",
    message: `There is no change ${change}.`,
    state: "Nothing was changed.",
    next: "See which there are: interlock change list",
  });
}

function ownChange(change: string): Failure {
  return new Failure({
    code: "own-change",
    message: `Whoever made change ${change} can't approve it.`,
    why: "An approval is somebody else having read it.",
    state: "Nothing was changed.",
    next: "Ask somebody else to read it and to approve it.",
  });
}

function closed(change: string, closedAs: string): Failure {
  return new Failure({
    code: "already-ended",
    message: `Change ${change} is closed: it was ${closedAs}.`,
    state: "Nothing was changed.",
    next: "There is nothing left to approve.",
  });
}

function approvedAlready(change: string, environment: string): Failure {
  return new Failure({
    code: "already-exists",
    message: `You have approved ${change} for ${environment} already.`,
    state: "That approval holds; nothing was changed.",
    next: "Nothing more is to be done. To take it back: interlock approve --withdraw APPROVAL",
  });
}
