import type { Job } from "../job.ts";

const keptSeconds = 30 * 86_400;
const mostAtOnce = 1_000;

/** Notifications are kept for 30 days after they were delivered or given up. */
export const forgetNotifications: Job = {
  name: "forget-notifications",
  everyMs: 60_000,
  async run({ database, statements }) {
    const forgotten = await database.run(statements.forgetNotifications, [keptSeconds, mostAtOnce]);
    return forgotten.length === mostAtOnce ? forgotten.length : 0;
  },
};
