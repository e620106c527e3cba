import { Failure, messageOf } from "../../std/failure.ts";
import { openReadingSession } from "../../workload/running/reading-session.ts";
import { readStats } from "./read-stats.ts";
import type { Stats } from "./stats.ts";

/**
 * Reads the sizes of a running database's tables in a session that only reads and waits for nobody for long. Throws
 * `Failure` as `connect` does, or "stats-not-read".
 */
export async function readStatsFrom(url: string): Promise<Stats> {
  const session = await openReadingSession(url);
  try {
    return await session.read(readStats);
  } catch (error) {
    throw new Failure({
      code: "stats-not-read",
      message: "The sizes of the tables could not be read.",
      why: messageOf(error),
      state: "Nothing was changed.",
      next: "Where a change has locked a table at this moment, try again when that is done.",
      cause: error,
    });
  } finally {
    await session.close();
  }
}
