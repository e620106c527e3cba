import { Client } from "pg";
import { openShadow, type Shadow } from "pg-interlock/shadow";
import { afterAll, beforeAll, expect, test } from "vitest";
import { releases } from "../api/releases/all.ts";
import { apiStatements } from "../api/statements/all.ts";
import { changes } from "../changes/changes.ts";
import { terminalStatements } from "../terminals/statements/all.ts";
import { openStructures, type Structures } from "./structures.ts";

let shadow: Shadow;
let structures: Structures;
beforeAll(async () => {
  shadow = await openShadow();
  structures = openStructures(shadow);
});
afterAll(async () => shadow.close());

test("every change leads from one release of the app to the next one", () => {
  const versions = releases.map(({ version }) => version);
  expect(changes.map(({ from }) => from)).toEqual(versions.slice(0, -1));
  expect(changes.map(({ to }) => to)).toEqual(versions.slice(1));
});

test.each(releases.map((release) => [release.version, release] as const))(
  "every statement of %s fits its structure, and the terminals' do",
  async (version, release) => {
    const { connection } = await structures.create(version);
    const sql = new Client(connection);
    await sql.connect();
    try {
      const refused: Record<string, string> = {};
      for (const one of [...Object.values(apiStatements(release)), ...Object.values(terminalStatements)]) {
        await sql.query(`prepare candidate as ${one.sql}`).then(
          async () => sql.query("deallocate candidate"),
          (error: Error) => (refused[one.name] = error.message),
        );
      }
      expect(refused).toEqual({});
    } finally {
      await sql.end();
    }
  },
);
