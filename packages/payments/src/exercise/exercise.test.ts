import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { openShadow, type Shadow } from "pg-interlock/shadow";
import { afterAll, beforeAll, expect, test } from "vitest";
import { releases } from "../api/releases/all.ts";
import { databaseUrl } from "../database/database-url.ts";
import { openStructures, testingIbanKey, type Structures } from "../record/structures.ts";
import { differences } from "../testing/platform.ts";
import { exercisePayments } from "./exercise-payments.ts";

// The first and the last release, and two between them; all of them with PAYMENTS_RELEASES=all.
const some = ["2.2.0", "2.9.0", "2.16.0", "2.22.0"];
const versions = releases
  .map(({ version }) => version)
  .filter((version) => process.env["PAYMENTS_RELEASES"] === "all" || some.includes(version));

let shadow: Shadow;
let structures: Structures;
let directory: string;
beforeAll(async () => {
  process.env["IBAN_KEY"] = testingIbanKey;
  shadow = await openShadow();
  structures = openStructures(shadow);
  directory = await mkdtemp(join(tmpdir(), "payments-exercise-"));
});
afterAll(async () => {
  await shadow.close();
  await rm(directory, { recursive: true, force: true });
});

test.each(versions)("%s does everything on its structure, and the books add up", async (version) => {
  const { connection, access } = await structures.create(version);
  const journal = join(directory, `${version}.sqlite`);
  await exercisePayments({ version, journal, access, databaseUrl: databaseUrl(connection) });
  const sql = new Client(connection);
  await sql.connect();
  try {
    expect(await differences(sql)).toEqual([]);
  } finally {
    await sql.end();
  }
});
