import type { Client } from "pg";
import { describe, expect, test } from "vitest";
import { createPayments, paidStatusPlan } from "./example-change.ts";
import { resumeChange } from "./resume-change.ts";
import { shipChange } from "./ship-change.ts";
import { useDatabase } from "./testing-database.ts";

const database = useDatabase();

const statuses = ["created", "paid", "refunded"] as const;
type Status = (typeof statuses)[number];

/** Numbers from 0 to 1 from a seed, so that a failing run can be had again. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

/** An app version that writes rows of its own without a pause until it is told to stop, and knows what it wrote. */
class Writer {
  readonly written = new Map<number, Status>();
  readonly #stop = new AbortController();
  #ended: Promise<void> = Promise.resolve();

  start(
    client: Client,
    { version, firstId, seed }: { version: "old" | "new"; firstId: number; seed: number },
  ): void {
    const random = randomOf(seed);
    const send = version === "old" ? sendOld : sendNew;
    const run = async (): Promise<void> => {
      let nextId = firstId;
      while (!this.#stop.signal.aborted) {
        const insert = random() < 0.3;
        const id = insert ? (nextId += 2) : 2 + 2 * Math.floor(random() * 500) - (firstId % 2);
        const status = statuses[Math.floor(random() * 3)] ?? "paid";
        await send(client, { id, status, insert });
        this.written.set(id, status);
      }
      await client.end();
    };
    this.#ended = run();
    this.#ended.catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
  }
}

interface Sent {
  id: number;
  status: Status;
  insert: boolean;
}

async function sendOld(client: Client, { id, status, insert }: Sent): Promise<void> {
  const values = [id, status !== "created", status === "refunded"];
  await client.query(
    insert
      ? {
          name: "insert",
          text: "insert into payments (id, is_paid, is_refunded) values ($1, $2, $3)",
          values,
        }
      : { name: "update", text: "update payments set is_paid = $2, is_refunded = $3 where id = $1", values },
  );
}

async function sendNew(client: Client, { id, status, insert }: Sent): Promise<void> {
  const values = [id, status];
  await client.query(
    insert
      ? { name: "insert", text: "insert into payments (id, status) values ($1, $2)", values }
      : { name: "update", text: "update payments set status = $2 where id = $1", values },
  );
}

describe("live writers", () => {
  test.each([1, 2, 3])(
    "of both versions work through the whole change and lose no write, seed %i",
    async (seed) => {
      const { connection, client } = database;
      await createPayments(client, { rows: 8_000 });
      const old = new Writer();
      const young = new Writer();
      // Odd ids are the old version's, even ones the new version's.
      old.start(await database.session("payments@2.2.0"), { version: "old", firstId: 10_001, seed });
      const backfill = { batchMs: 5 };
      await shipChange({ plan: paidStatusPlan(), connection, to: "migrate", backfill });
      young.start(await database.session("payments@2.3.0"), {
        version: "new",
        firstId: 10_002,
        seed: seed + 100,
      });
      const finished = resumeChange({ connection, to: "contract" });
      await old.stop();
      expect(await finished).toMatchObject({ state: "done" });
      await young.stop();
      const rows = await database.rows<{ id: string; status: Status }>("select id, status from payments");
      const left = new Map(rows.map(({ id, status }) => [Number(id), status]));
      expect(old.written.size).toBeGreaterThan(50);
      expect(young.written.size).toBeGreaterThan(0);
      for (const [id, status] of [...old.written, ...young.written]) {
        expect({ id, status: left.get(id) }).toEqual({ id, status });
      }
      const untouched = [...left].filter(
        ([id]) => id <= 8_000 && !old.written.has(id) && !young.written.has(id),
      );
      for (const [id, status] of untouched) {
        expect({ id, status }).toEqual({
          id,
          status: id % 6 === 0 ? "refunded" : id % 2 === 0 ? "paid" : "created",
        });
      }
    },
  );
});
