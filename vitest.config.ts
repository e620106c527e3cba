import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { LongFilesFirst } from "./scripts/long-files-first.ts";

export default defineConfig({
  test: {
    include: ["packages/**/*.test.ts", "e2e/**/*.test.ts", "bench/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Twice the two cores that CI has: tests wait for processes and clocks half of their time.
    maxWorkers: 4,
    sequence: { sequencer: LongFilesFirst },
    // The parser stays as it is compiled first; see packages/interlock/bin/interlock.js.
    execArgv: ["--no-wasm-dynamic-tiering", "--no-wasm-tier-up"],
    // The processes that tests start, some hundreds, load what the ones before them have compiled.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, "node_modules/.cache/compiled") },
    reporters: ["default", "./scripts/tally-reporter.ts"],
  },
});
