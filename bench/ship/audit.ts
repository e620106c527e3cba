import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { compareCatalogs, describeCatalog } from "../../packages/interlock/src/catalog/describe.ts";
import { fetchSettlement } from "../../packages/payments/src/reconciliation/read-settlement.ts";
import { reconcile } from "../../packages/payments/src/reconciliation/reconcile.ts";
import { differences } from "../../packages/payments/src/testing/platform.ts";
import { missingRows, readRows, type LeftOut, type Rows } from "./compare-rows.ts";
import type { Place, Site } from "./site.ts";
import type { Traffic } from "./traffic.ts";

/** What is not as it should be, each in words; all of them empty when nothing was lost. */
export interface Audit {
  /** Rows of the past that are not as the migration alone makes them (or, rolled back, as they were). */
  rows: string[];
  /** The structure, against what the migration alone makes of it. */
  catalog: string[];
  /** The ledger and the payments against one another and against the acquirer. */
  money: string[];
  /** What merchants were told and are not told any more. */
  told: string[];
  /** How much was compared: rows of the past, objects that merchants were told of. */
  compared: { rows: number; objects: number };
}

const mostShown = 10;
const patienceMs = 30_000;

interface Reference {
  rows: Rows;
  catalog: ReadonlyMap<string, string>;
}

/** What a place is held against: the past on the structure that it should have. Read once for each release. */
export class References {
  readonly #site: Site;
  readonly #read = new Map<string, Promise<Reference>>();

  constructor(site: Site) {
    this.#site = site;
  }

  async of(version: string, leftOut: readonly LeftOut[]): Promise<Reference> {
    const key = JSON.stringify([version, leftOut]);
    const known = this.#read.get(key) ?? this.#readNow(version, leftOut);
    this.#read.set(key, known);
    return known;
  }

  async #readNow(version: string, leftOut: readonly LeftOut[]): Promise<Reference> {
    const client = await this.#site.connectToPast(version);
    try {
      return { rows: await readRows(client, leftOut), catalog: await describeCatalog(client) };
    } finally {
      await client.end();
    }
  }
}

/** Holds the structure and the rows of the past against what they should be; traffic may go on meanwhile. */
export async function auditStructure(
  place: Place,
  {
    references,
    version,
    leftOut = [],
  }: { references: References; version: string; leftOut?: readonly LeftOut[] },
): Promise<Pick<Audit, "rows" | "catalog"> & { compared: number }> {
  const wanted = await references.of(version, leftOut);
  return withSession(place, async (client) => {
    const found = await readRows(client, leftOut);
    const rows = Object.entries(missingRows(wanted.rows, found)).map(
      ([table, count]) => `${table}: ${String(count)} rows of the past`,
    );
    const catalog = compareCatalogs(wanted.catalog, await describeCatalog(client)).map(
      ({ object, left, right }) => `${object} is ${right ?? "missing"} instead of ${left ?? "absent"}`,
    );
    return { rows, catalog: catalog.slice(0, mostShown), compared: countRows(wanted.rows) };
  });
}

/** Everything; for a place where nobody buys any more. */
export async function audit(
  { place, traffic }: { place: Place; traffic: Traffic },
  against: { references: References; version: string },
): Promise<Audit> {
  const money = await withSession(place, async (client) => {
    const left = await untilQuiet(client);
    const found = (await differences(client)).map((difference) => JSON.stringify(difference));
    return [...left, ...found, ...(await reconciled(client, traffic))];
  });
  const { compared, ...structure } = await auditStructure(place, against);
  const recheck = await traffic.platform.recheck();
  return {
    ...structure,
    money: money.slice(0, mostShown),
    told: [
      ...recheck.wrong.slice(0, mostShown),
      ...(recheck.wrongCount > mostShown ? [`and ${String(recheck.wrongCount - mostShown)} more`] : []),
    ],
    compared: { rows: compared, objects: recheck.objects },
  };
}

/** Waits until nobody owes anybody an answer; says what is left when that does not come about. */
async function untilQuiet(client: Client): Promise<string[]> {
  let left = 0;
  for (const untilMs = performance.now() + patienceMs; performance.now() < untilMs; await sleep(100)) {
    const { rows } = await client.query<{ count: number }>(
      `select (select count(*)::integer from acquirer_operations where finished_at is null)
        + (select count(*)::integer from notifications where finished_at is null) as count`,
    );
    left = rows[0]?.count ?? 0;
    if (left === 0) return [];
  }
  return [`${String(left)} operations and notifications never end`];
}

async function reconciled(client: Client, { platform }: Traffic): Promise<string[]> {
  const found = reconcile({
    client,
    open: async (until) => fetchSettlement(platform.addresses.acquirer, { from: undefined, until }),
    from: undefined,
    until: undefined,
    isComplete: true,
    graceSeconds: 0,
  });
  const wrong: string[] = [];
  for await (const { kind, reference, here, there } of found)
    wrong.push(`${kind} ${reference}: ${here}, ${there}`);
  return wrong;
}

function countRows(rows: Rows): number {
  let sum = 0;
  for (const table of rows.values()) for (const count of table.values()) sum += count;
  return sum;
}

async function withSession<Result>(
  { connection }: Place,
  use: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({ ...connection, application_name: "audit" });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
