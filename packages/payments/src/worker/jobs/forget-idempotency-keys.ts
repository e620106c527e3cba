import type { Job } from "../job.ts";

const keptSeconds = 86_400;
const mostAtOnce = 1_000;

/** An Idempotency-Key stands for its request for a day; then it may be used for another one. */
export const forgetIdempotencyKeys: Job = {
  name: "forget-idempotency-keys",
  everyMs: 10_000,
  async run({ database, statements }) {
    const forgotten = await database.run(statements.forgetKeys, [keptSeconds, mostAtOnce]);
    return forgotten.length === mostAtOnce ? forgotten.length : 0;
  },
};
