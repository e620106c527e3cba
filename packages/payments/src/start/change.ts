import { fileURLToPath } from "node:url";

const packageRoot = new URL("../../", import.meta.url);

/** The change of 17 December, as files: what `interlock` is given. */
export const change = {
  migration: fileURLToPath(new URL("changes/01-paid-refunded-to-status/migration.sql", packageRoot)),
  baseline: fileURLToPath(new URL("migrations", packageRoot)),
  workload: (app: string): string =>
    fileURLToPath(new URL(`changes/01-paid-refunded-to-status/workloads/${app}.json`, packageRoot)),
} as const;
