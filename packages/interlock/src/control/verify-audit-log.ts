import { firstPreviousHash, hashOf, type AuditRecord } from "./append-to-audit-log.ts";
import type { Control } from "./control.ts";
import { readAuditLog } from "./read-audit-log.ts";

/** What checking the audit log showed. Without an expected head, entries cut off at its end can't be noticed. */
export type AuditVerification =
  | {
      intact: true;
      /** How many entries there are. */
      entries: number;
      /** The hash of the last one: kept somewhere else, it proves later that none was cut off. */
      head: string;
    }
  | {
      intact: false;
      /** The number of the first entry that is not as it was written, or is not there. */
      number: string;
      fault: AuditFault;
      message: string;
    };

/** `changed`: an entry's own hash is wrong. `missing`: a number is not there. `reordered`: it does not follow the one before it. `cut-off`: the expected head is not in the log. */
export type AuditFault = "changed" | "missing" | "reordered" | "cut-off";

/** Recomputes every hash, in batches. `expectedHead` is a head that was noted before: it must still be in the log. */
export async function verifyAuditLog(
  control: Pick<Control, "query">,
  { expectedHead }: { expectedHead?: string } = {},
): Promise<AuditVerification> {
  let number = 0n;
  let head = firstPreviousHash;
  let seen = expectedHead === undefined || expectedHead === firstPreviousHash;
  for (;;) {
    const records = await readAuditLog(control, { after: number.toString(), limit: 1_000 });
    for (const record of records) {
      const fault = faultOf(record, { number: number + 1n, previousHash: head });
      if (fault !== undefined) return fault;
      number += 1n;
      head = record.hash;
      seen ||= head === expectedHead;
    }
    if (records.length === 0) break;
  }
  if (seen) return { intact: true, entries: Number(number), head };
  return {
    intact: false,
    number: (number + 1n).toString(),
    fault: "cut-off",
    message: `The expected head is not in the log: entries after number ${number.toString()} were cut off, or the whole log was written anew.`,
  };
}

function faultOf(
  record: AuditRecord,
  { number, previousHash }: { number: bigint; previousHash: string },
): Extract<AuditVerification, { intact: false }> | undefined {
  const bad = (fault: AuditFault, message: string): Extract<AuditVerification, { intact: false }> => ({
    intact: false,
    number: number.toString(),
    fault,
    message,
  });
  if (BigInt(record.number) !== number) {
    return bad(
      "missing",
      `Entry ${number.toString()} is not there; the next one is number ${record.number}.`,
    );
  }
  if (hashOf(record) !== record.hash) {
    return bad("changed", `Entry ${record.number} is not what was written: its hash is another one.`);
  }
  if (record.previousHash !== previousHash) {
    return bad("reordered", `Entry ${record.number} does not follow the entry before it.`);
  }
  return undefined;
}
