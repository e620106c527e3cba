import { Readable } from "node:stream";
import { Client } from "pg";
import { openShadow, type Shadow } from "pg-interlock/shadow";
import { afterAll, beforeAll, expect, test } from "vitest";
import { settlementHeader } from "../acquirer/settlement-file.ts";
import { releases } from "../api/releases/all.ts";
import { openStructures, type Structures } from "../record/structures.ts";
import { reconcile } from "./reconcile.ts";

let shadow: Shadow;
let structures: Structures;
beforeAll(async () => {
  shadow = await openShadow();
  structures = openStructures(shadow);
});
afterAll(async () => shadow.close());

// Each change is carried out on top of those before it, so the last release has met them all.
test.each([releases[0], releases.at(-1)])("fits the structure of a release: $version", async (release) => {
  const { connection } = await structures.create(release?.version ?? "");
  const client = new Client(connection);
  await client.connect();
  try {
    await client.query(
      `insert into acquirer_operations (reference, kind, subject_id, amount_cents, state, started_at, finished_at)
       values ('att_1', 'payment', 'pay_none', 500, 'approved', '2026-06-01', '2026-06-01')`,
    );
    const found = reconcile({
      client,
      open: () => Readable.from([`${settlementHeader}\n`]),
      from: undefined,
      until: undefined,
      isComplete: true,
      graceSeconds: 0,
    });
    const kinds: string[] = [];
    for await (const { kind, reference } of found) if (reference === "att_1") kinds.push(kind);
    expect(kinds).toEqual(["unknown-at-acquirer", "subject-missing"]);
  } finally {
    await client.end();
  }
});
