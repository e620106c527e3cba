import { readFile, readlink } from "node:fs/promises";
import { basename } from "node:path";
import { expect, test } from "vitest";
import { releases } from "../api/releases/all.ts";
import { apiStatements } from "../api/statements/all.ts";
import { changes } from "../changes/changes.ts";
import type { Statement } from "../database/statement.ts";
import { terminalStatements } from "../terminals/statements/all.ts";
import { recordingOf } from "./recordings.ts";

interface Workload {
  app: string;
  version: string;
  statements: { name: string; sql: string; samples?: unknown[] }[];
}

const terminals = "terminals@1.0.0";
const catalogues: [string, Record<string, Statement>][] = [
  ...releases.map((release): [string, Record<string, Statement>] => [
    `payments@${release.version}`,
    apiStatements(release),
  ]),
  [terminals, terminalStatements],
];

async function readWorkload(file: string): Promise<Workload> {
  return JSON.parse(await readFile(file, "utf8")) as Workload;
}

test.each(catalogues)("the recorded workload of %s is what the code sends", async (app, catalogue) => {
  const { statements } = await readWorkload(recordingOf(app));
  const written = Object.fromEntries(statements.map((entry) => [entry.name, entry.sql]));
  const sent = Object.values(catalogue).map((entry) => [entry.name, entry.sql.replace(/^-- name: .*\n/, "")]);
  expect(written).toEqual(Object.fromEntries(sent));
});

test("every change has both its workloads and the terminals', each of them recorded once", async () => {
  for (const change of changes) {
    for (const app of [`payments@${change.from}`, `payments@${change.to}`, terminals]) {
      const { app: name, version } = await readWorkload(change.workload(app));
      expect(`${name}@${version}`).toBe(app);
    }
    const isLink = await readlink(change.workload(`payments@${change.from}`)).then(
      (target) => basename(target),
      () => null,
    );
    expect(isLink).toBe(change.number === 1 ? null : `payments@${change.from}.json`);
  }
});
