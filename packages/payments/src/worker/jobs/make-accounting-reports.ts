import type { Context } from "../../api/context.ts";
import type { Job } from "../job.ts";

/** When what happened on a day is certainly booked, after its end. */
const settlingSeconds = 10;
/** How long a worker has a report for, from each piece on: twice as long as any statement may take. */
const claimedSeconds = 10;
/** How long a file can be fetched. */
const availableSeconds = 7 * 86_400;
/** One piece of a file looks through so many bookings: a fraction of a second, and at most some megabytes. */
const bookingsPerPart = 20_000;
/** What the columns are. Amounts are in cents, as the merchant is owed more; a day's rows sum up to its change. */
const header = "booked_at,kind,reference,payment_id,amount,currency\r\n";

/**
 * Writes the accounting reports that merchants have asked for, from the ledger, piece by piece: a worker that is
 * killed leaves the pieces it has written, and the next one goes on after them.
 */
export const makeAccountingReports: Job = {
  name: "make-accounting-reports",
  everyMs: 1_000,
  async run(context, signal) {
    const { database, statements } = context;
    const expired = await database.run(statements.expireReport, []);
    const [claimed] = await database.run<{ id: string }>(statements.claimReport, [
      settlingSeconds,
      claimedSeconds,
    ]);
    if (claimed === undefined) return expired.length;
    const { id } = claimed;
    const [begun] = await database.run<Progress>(statements.beginReport, [id]);
    if (begun !== undefined && (await write(context, { id, ...begun }, signal))) {
      await database.run(statements.finishReport, [id, availableSeconds, header]);
    }
    return 1;
  },
};

/** Bookings, by their place in the ledger. */
interface Progress {
  written_to: string;
  last_booking: string;
}

/** False when it was stopped, or when another worker writes the same report. */
async function write(
  { database, statements }: Context,
  { id, written_to: from, last_booking: last }: Progress & { id: string },
  signal: AbortSignal,
): Promise<boolean> {
  let writtenTo = from;
  while (BigInt(writtenTo) < BigInt(last)) {
    if (signal.aborted) return false;
    const [part] = await database.run<{ written_to: string }>(statements.writeReportPart, [
      id,
      writtenTo,
      bookingsPerPart,
      header,
      claimedSeconds,
    ]);
    if (part === undefined) return false;
    writtenTo = part.written_to;
  }
  return true;
}
