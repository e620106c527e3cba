// npm run test:long -- NAME [ARGUMENTS]: runs that are too long for every change, each from a seed that it prints.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const runs: Readonly<Record<string, { file: string; what: string; arguments: readonly string[] }>> = {
  api: {
    file: "attack-api.ts",
    what: "generated and hostile requests against everything that the server's API offers: [requests] [seed]",
    arguments: ["100000"],
  },
  crash: {
    file: "kill-many.ts",
    what: "kill -9 of ship, resume, rollback and PostgreSQL at seeded moments: [runs] [first seed] [--keep]",
    arguments: ["300"],
  },
  fuzz: {
    file: "attack-check.ts",
    what: "generated and hostile SQL as migration, baseline and workload of checks: [runs] [seed]",
    arguments: ["5000"],
  },
  histories: {
    file: "write-histories.ts",
    what: "random changes shipped under random writes of two versions and kill -9, against a single history: [runs] [first seed]",
    arguments: ["200"],
  },
  keys: {
    file: "storm-keys.ts",
    what: "Idempotency-Keys, each used by 8 equal requests at once: [keys] [seed] [--keep]",
    arguments: ["10000"],
  },
  money: {
    file: "kill-money.ts",
    what: "kill -9 of api, worker, acquirer, terminals and PostgreSQL under payments: [kills] [seed] [--keep]",
    arguments: ["50"],
  },
  notify: {
    file: "tell-many.ts",
    what: "kill -9 of the server while it tells subscribers by email: [subscribers] [seed] [kills]",
    arguments: ["100000"],
  },
  ship: {
    file: "ship-payments.ts",
    what: "every change of the payment platform forward and back under traffic: [change…]",
    arguments: [],
  },
  start: {
    file: "start-once.ts",
    what: "npm start from its beginning to its end, with little traffic",
    arguments: [],
  },
  plans: {
    file: "plan-many.ts",
    what: "random changes of a table's columns, each planned and proved, or refused with a reason: [changes] [seed]",
    arguments: ["500"],
  },
  shipment: {
    file: "kill-shipments.ts",
    what: "kill -9 of servers under shipments through fleets: [kills] [seed]",
    arguments: ["50"],
  },
};

const [name = "", ...given] = process.argv.slice(2);
const run = runs[name];
if (run === undefined) {
  const known = Object.entries(runs).map(([each, { what }]) => `  npm run test:long -- ${each}   ${what}`);
  process.stderr.write(
    `${name === "" ? "Which one?" : `There is no long run called ${name}.`}\n${known.join("\n")}\n`,
  );
  process.exitCode = 2;
} else {
  const { status } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, run.file), ...(given.length > 0 ? given : run.arguments)],
    { stdio: "inherit" },
  );
  process.exitCode = status ?? 1;
}
