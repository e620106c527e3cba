// npm run test:long -- start: `npm start` from its beginning to its end, with a small platform and little traffic, so
// that a busy machine can keep up with it: the 17 December change in the one order that hurts nobody.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removing, runStart } from "./run-start.ts";

const expected: readonly RegExp[] = [
  /structure alone\? +blocked +order split, live-version-breaks payments@2\.2\.0\n/,
  /payments@2\.3\.0 alone\? +blocked +version-breaks payments@2\.3\.0/,
  /psql, directly\? +blocked\n +ALTER TABLE is refused/,
  /split\? +go\n/,
  /contract, 2\.2\.0 live\? +blocked .*version-still-live payments@2\.2\.0/,
  /payments +made +[\d,]+ +failed +0\n/,
  /terminals +made +[\d,]+ +failed +0\n/,
  /merge to contract \d+\.\d s/,
];

const cache = await mkdtemp(join(tmpdir(), "il-"));
const { code, text } = await runStart(cache).finally(() => rm(cache, removing));
process.stdout.write(text);
const missing = expected.filter((pattern) => !pattern.test(text));
for (const pattern of missing) process.stderr.write(`It does not say ${String(pattern)}\n`);
if (code !== 0) process.stderr.write(`It ended with ${String(code)}.\n`);
if (code !== 0 || missing.length > 0) process.exitCode = 1;
