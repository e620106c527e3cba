import { keepResult } from "../../e2e/keep-result.ts";
import { seededMoments } from "../../e2e/notify/seeded-moments.ts";
import { tellMany, type Told } from "../../e2e/notify/tell-many.ts";

// `npm run bench -- notify`: how long it takes to tell 100,000 subscribers by email, in three languages, with a mail
// server in a process of its own on the same machine: once undisturbed, once with kill -9 of the server three times.
// NOTIFY_SUBSCRIBERS makes it shorter.

const subscribers = Number(process.env["NOTIFY_SUBSCRIBERS"] ?? 100_000);
const seed = Number(process.env["NOTIFY_SEED"] ?? 20_241_217);

/** Measures, prints it, and writes it to bench/results/. */
export async function run(): Promise<void> {
  const turns: Told[] = [];
  for (const count of [0, 3]) {
    const told = await tellMany({ subscribers, kills: seededMoments({ seed, count }) });
    turns.push(told);
    process.stdout.write(
      `${String(told.kills)} kills: ${String(told.seconds)} s, ${String(told.messagesPerSecond)} messages/s, ${String(told.lost)} lost, ${String(told.repeated)} repeated (${String(told.doubts)} in doubt), ${String(told.memoryMb)} MB\n`,
    );
  }
  await keepResult("notify", { settings: { subscribers, seed }, turns });
}
