import type { Approval } from "../api/approvals.ts";
import type { Caller } from "../access/caller.ts";
import type { Control } from "../control/control.ts";
import { Failure } from "../std/failure.ts";
import { approvalColumns, approvalOf, type ApprovalRow } from "./approval.ts";
import { requireEnvironment } from "./reach.ts";

/** Takes an approval back: one's own, or anybody's as an admin. Throws `Failure` "not-found", "forbidden" or "already-ended". */
export async function withdrawApproval(
  { control }: { control: Control },
  { approval, caller }: { approval: string; caller: Caller },
): Promise<Approval> {
  return control.transact(async ({ query, audit, emit }) => {
    const [known] = await query<ApprovalRow>(
      `select ${approvalColumns} from interlock_control.approvals where id = $1::text`,
      [approval],
    );
    if (known === undefined) throw refused("not-found", `There is no approval ${approval}.`);
    requireEnvironment(caller, known.environment);
    if (known.approver !== caller.owner && caller.role !== "admin") {
      throw refused(
        "forbidden",
        `The approval ${approval} is ${known.approver}'s, who alone can take it back.`,
      );
    }
    const [row] = await query<ApprovalRow>(
      `update interlock_control.approvals set withdrawn_at = clock_timestamp()
        where id = $1::text and withdrawn_at is null and expires_at > clock_timestamp() returning ${approvalColumns}`,
      [approval],
    );
    if (row === undefined) throw refused("already-ended", `The approval ${approval} does not hold any more.`);
    const { change, environment, approver } = row;
    const detail = { change, approver };
    audit({ actor: caller.owner, action: "approval.withdraw", environment, subject: approval, detail });
    emit({ kind: "approval-withdrawn", environment, subject: change, detail: { approval, approver } });
    return approvalOf(row);
  });
}

function refused(code: string, message: string): Failure {
  return new Failure({
    code,
    message,
    state: "Nothing was changed.",
    next: "See which there are: interlock approve --list --env ENVIRONMENT",
  });
}
