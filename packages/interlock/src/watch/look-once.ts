import type { ClientConfig } from "pg";
import type { Workload } from "../workload/workload.ts";
import type { WatchEvent } from "./alarm.ts";
import { AlarmBook } from "./alarm-book.ts";
import { WatchSession } from "./watch-session.ts";

/**
 * Prepares the statements of every workload once. Answers the alarms, and whether every statement was answered.
 * Throws what `connect` throws.
 */
export async function lookOnce(
  connection: ClientConfig,
  workloads: readonly Workload[],
): Promise<{ events: WatchEvent[]; isWhole: boolean }> {
  const session = await WatchSession.open(connection, { book: new AlarmBook(), wake: () => undefined });
  try {
    return await session.look(workloads);
  } finally {
    await session.close();
  }
}
