import type { Approval } from "../api/approvals.ts";
import type { Control } from "../control/control.ts";
import { approvalColumns, approvalOf, type ApprovalRow } from "./approval.ts";

/** The approvals that hold in an environment, of one change or of all, the latest first (500 at most). */
export async function listApprovals(
  { control }: { control: Control },
  { environment, change }: { environment: string; change: string | null },
): Promise<Approval[]> {
  const rows = await control.query<ApprovalRow>(
    `select ${approvalColumns} from interlock_control.approvals
      where environment = $1::text and ($2::text is null or change = $2::text)
        and withdrawn_at is null and expires_at > clock_timestamp()
      order by approved_at desc, id limit 500`,
    [environment, change],
  );
  return rows.map(approvalOf);
}
