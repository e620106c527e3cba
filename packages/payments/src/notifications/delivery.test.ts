import { Client } from "pg";
import { openShadow, type Shadow } from "pg-interlock/shadow";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Context } from "../api/context.ts";
import { findRelease } from "../api/releases/all.ts";
import { apiStatements } from "../api/statements/all.ts";
import { applyMigrations } from "../database/apply-migrations.ts";
import { databaseUrl } from "../database/database-url.ts";
import { openDatabase } from "../database/database.ts";
import { addMerchants } from "../seed/access.ts";
import { startReceiver, type Receiver } from "../testing/receiver.ts";
import { Allowances } from "./allowances.ts";
import { deliverAll, type RoundOptions } from "./delivery-round.ts";
import { createGuardedAgent } from "./guarded-agent.ts";
import { webhookId } from "./sign.ts";

interface Row {
  event: string;
  state: string;
  attempts: number;
  response_code: number | null;
  failure: string | null;
}

describe("notifications in the outbox", () => {
  let shadow: Shadow;
  let sql: Client;
  let context: Context;
  const receivers: Receiver[] = [];
  const agents = ["live", "test"].map((mode) =>
    createGuardedAgent({
      allowLoopback: mode === "test",
      resolve: async () => ["127.0.0.1"],
      connectTimeoutMs: 20_000,
      answerTimeoutMs: 20_000,
    }),
  );

  beforeAll(async () => {
    shadow = await openShadow();
    const connection = shadow.connection(await shadow.createDatabase());
    sql = new Client(connection);
    await sql.connect();
    await applyMigrations(sql);
    await addMerchants(sql);
    await addPayment("pay_1");
    const release = findRelease("2.2.0");
    const url = databaseUrl(connection);
    context = {
      database: openDatabase({ url, application: "payments@2.2.0", connections: 4 }),
      statements: apiStatements(release),
      release,
      acquirer: { close: async () => undefined } as Context["acquirer"],
      publicUrl: "http://pay.example",
    };
    await context.database.warmUp();
  });
  afterEach(async () => {
    await Promise.all(receivers.splice(0).map(async (receiver) => receiver.stop()));
    await sql.query("delete from notifications");
  });
  afterAll(async () => {
    await Promise.all(agents.map(async (agent) => agent.destroy()));
    await context.database.close();
    await sql.end();
    await shadow.close();
  });

  const receiver = async (...answer: Parameters<typeof startReceiver>): Promise<Receiver> => {
    const started = await startReceiver(...answer);
    receivers.push(started);
    return started;
  };
  const addPayment = async (id: string, { url = "http://x/", isLive = false } = {}): Promise<void> => {
    await sql.query(
      `insert into payments (id, merchant_id, is_live, amount_cents, currency, notification_url)
       values ($1::text, 'acc_000001', $2::boolean, 500, 'EUR', $3::text) on conflict do nothing`,
      [id, isLive, url],
    );
  };
  /** A payment with these notifications, as the statements of the API leave them. */
  const notify = async (
    url: string,
    events: string[],
    { id = "pay_1", isLive = false } = {},
  ): Promise<void> => {
    await addPayment(id, { url, isLive });
    await sql.query(
      `insert into notifications (merchant_id, is_live, subject_id, stream_id, event, url)
       select 'acc_000001', $2::boolean, $1::text, $1::text, event, $3::text
       from unnest($4::text[]) with ordinality as given (event, place) order by place`,
      [id, isLive, url, events],
    );
  };
  const rows = async (): Promise<Row[]> => {
    const found = await sql.query<Row>(
      "select event, state, attempts, response_code, failure from notifications order by id",
    );
    return found.rows;
  };
  const [live, inTest] = agents;
  if (live === undefined || inTest === undefined) throw new Error("there are two modes");
  const options = (given: Partial<RoundOptions> = {}): RoundOptions => ({
    agents: { live, test: inTest },
    timeoutMs: 20_000,
    retryScale: 0.001,
    allowances: new Allowances(),
    mostInFlight: 64,
    leaseMs: 60_000,
    lookEveryMs: 10,
    ...given,
  });
  const signal = new AbortController().signal;
  /** Delivers until nothing waits any more. */
  const finish = async (given: Partial<RoundOptions> = {}): Promise<void> => {
    const all = options(given);
    for (;;) {
      await deliverAll(context, all, signal);
      const { rows: left } = await sql.query("select from notifications where state = 'waiting'");
      if (left.length === 0) return;
      await sql.query("select pg_sleep(0.01)");
    }
  };

  test("the resource as it is now, signed, and the answer kept", async () => {
    const { url, received } = await receiver();
    await notify(url, ["payment.paid"]);
    await finish();
    expect(received).toHaveLength(1);
    expect(received[0]?.json).toMatchObject({ id: "pay_1", object: "payment", amount: 500, is_live: false });
    expect(received[0]?.headers).toMatchObject({
      "content-type": "application/json; charset=utf-8",
      "webhook-id": expect.stringMatching(/^msg_[0-9a-f]{24}$/) as unknown,
      "webhook-timestamp": expect.stringMatching(/^\d+$/) as unknown,
      "webhook-signature": expect.stringMatching(/^v1,/) as unknown,
    });
    expect(await rows()).toEqual([
      { event: "payment.paid", state: "delivered", attempts: 1, response_code: 200, failure: null },
    ]);
  });

  test("a challenge and what came of it are two notifications, in order", async () => {
    const { url, received } = await receiver();
    await notify(url, ["payment.challenged", "payment.paid"]);
    await finish();
    expect(received).toHaveLength(2);
    expect(new Set(received.map(({ headers }) => headers["webhook-id"])).size).toBe(2);
    expect((await rows()).map(({ state }) => state)).toEqual(["delivered", "delivered"]);
  });

  test.each([301, 302, 400, 404, 429, 500, 503])("%d is tried again, under the same id", async (status) => {
    const elsewhere = await receiver();
    const { url, received } = await receiver((response, _, place) => {
      response.writeHead(place < 2 ? status : 204, { location: elsewhere.url }).end();
    });
    await notify(url, ["payment.paid"]);
    await finish();
    expect(received).toHaveLength(3);
    expect(new Set(received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    expect(await rows()).toMatchObject([{ state: "delivered", attempts: 3, response_code: 204 }]);
    expect(elsewhere.received).toEqual([]);
  });

  test("410 ends it at once, and lets the next one of its stream go", async () => {
    const { url, received } = await receiver((response, _, place) =>
      response.writeHead(place === 0 ? 410 : 200).end(),
    );
    await notify(url, ["payment.challenged", "payment.paid"]);
    await finish();
    expect(received).toHaveLength(2);
    expect(await rows()).toMatchObject([
      { state: "given_up", attempts: 1, response_code: 410, failure: "http 410" },
      { state: "delivered", attempts: 1, response_code: 200 },
    ]);
  });

  test("one that fails for ever is given up after 11 attempts; nothing overtakes it until then", async () => {
    const order: string[] = [];
    const { url } = await receiver((response, { headers }) => {
      const id = String(headers["webhook-id"]);
      order.push(id);
      response.writeHead(order[0] === id ? 500 : 200).end();
    });
    await notify(url, ["payment.authorized", "payment.paid"]);
    await finish({ retryScale: 0.000001 });
    expect(order).toHaveLength(12);
    expect(new Set(order.slice(0, 11)).size).toBe(1);
    expect(await rows()).toMatchObject([
      { state: "given_up", attempts: 11, response_code: 500 },
      { state: "delivered", attempts: 1 },
    ]);
  });

  test("one that rests keeps what follows it back, and out of the way", async () => {
    const { url, received } = await receiver((response) => response.writeHead(500).end());
    await notify(url, ["payment.authorized", "payment.paid", "refund.succeeded"]);
    await deliverAll(context, options({ retryScale: 1 }), signal);
    expect(received).toHaveLength(1);
    expect(await rows()).toMatchObject([{ attempts: 1 }, { attempts: 0 }, { attempts: 0 }]);
    const { rows: due } = await sql.query("select from notifications where next_attempt_at <= now()");
    expect(due).toEqual([]);
  });

  test("two workers, a receiver that fails every third time: each is delivered once, in the order of its stream", async () => {
    const accepted: string[] = [];
    const { url } = await receiver((response, { headers }, place) => {
      if (place % 3 === 2) return void response.writeHead(503).end();
      accepted.push(String(headers["webhook-id"]));
      response.end();
    });
    await sql.query(
      `insert into notifications (merchant_id, is_live, subject_id, stream_id, event, url)
       select 'acc_000001', false, 'pay_1', 'stream ' || n % 20, 'payment.paid', $1::text
       from generate_series(1, 120) as n`,
      [url],
    );
    await Promise.all([finish(), finish()]);
    const { rows: all } = await sql.query<{
      id: string;
      subject_id: string;
      stream_id: string;
      state: string;
    }>("select id::text, subject_id, stream_id, state from notifications order by notifications.id");
    expect(new Set(all.map(({ state }) => state))).toEqual(new Set(["delivered"]));
    const streams = new Map(all.map((row) => [webhookId(row), row.stream_id]));
    const inOrder = (ids: string[]): Map<string | undefined, string[]> =>
      Map.groupBy(ids, (id) => streams.get(id));
    expect(new Map([...inOrder(accepted)].toSorted())).toEqual(
      new Map([...inOrder(all.map(webhookId))].toSorted()),
    );
  });

  test("a thousand for a host that is dead don't keep those for another one waiting", async () => {
    const silent = await receiver(() => undefined);
    const healthy = await receiver();
    await sql.query(
      `insert into notifications (merchant_id, is_live, subject_id, stream_id, event, url)
       select 'acc_000001', false, 'pay_1', 'dead ' || n, 'payment.paid', $1::text from generate_series(1, 1000) as n`,
      [silent.url],
    );
    for (let place = 0; place < 50; place++)
      await notify(healthy.url, ["payment.paid"], { id: `pay_h${String(place)}` });
    const stop = new AbortController();
    const running = deliverAll(context, options({ timeoutMs: 400 }), stop.signal);
    await healthy.until(50);
    stop.abort();
    await running;
    // Each of the dead ones takes its whole time; hardly any had its turn meanwhile.
    expect(silent.received.length).toBeLessThan(20);
    const { rows: healthyRows } = await sql.query<{ state: string; attempts: number }>(
      "select distinct state, attempts from notifications where url = $1::text",
      [healthy.url],
    );
    expect(healthyRows).toEqual([{ state: "delivered", attempts: 1 }]);
  });

  test("an answer that never ends costs a delivery nothing, and no more is read than need be", async () => {
    let sent = 0;
    const { url } = await receiver((response) => {
      response.writeHead(200);
      const chunk = "x".repeat(16_384);
      const send = (): void => {
        sent += chunk.length;
        if (!response.destroyed && sent < 50_000_000) response.write(chunk, send);
      };
      response.on("error", () => undefined);
      send();
    });
    await notify(url, ["payment.paid"]);
    await finish();
    expect(await rows()).toMatchObject([{ state: "delivered", attempts: 1, response_code: 200 }]);
    expect(sent).toBeLessThan(50_000_000);
  });

  test("an answer in drips is given up when its time is over; headers in drips are no answer", async () => {
    const timers: NodeJS.Timeout[] = [];
    const { url } = await receiver((response, _, place) => {
      if (place > 0) return void response.end();
      // The status line comes, the end of the headers never does.
      response.socket?.write("HTTP/1.1 200 OK\r\n");
      timers.push(setInterval(() => response.socket?.write("x-drip: 1\r\n"), 50));
    });
    await notify(url, ["payment.paid"]);
    await deliverAll(context, options({ retryScale: 1, timeoutMs: 400 }), signal);
    timers.forEach((timer) => clearInterval(timer));
    expect(await rows()).toMatchObject([{ state: "waiting", attempts: 1, response_code: 0 }]);
    await sql.query("update notifications set next_attempt_at = now()");
    await finish();
    expect(await rows()).toMatchObject([{ state: "delivered", attempts: 2, response_code: 200 }]);
  });

  test("nothing leaves for this machine in live mode, by whatever name", async () => {
    const { url, received } = await receiver();
    const port = new URL(url).port;
    await notify(url, ["payment.paid"], { id: "pay_l1", isLive: true });
    await notify(`http://shop.example:${port}/`, ["payment.paid"], { id: "pay_l2", isLive: true });
    await notify("http://user:secret@shop.example/", ["payment.paid"], { id: "pay_l3", isLive: true });
    await deliverAll(context, options({ retryScale: 1 }), signal);
    expect(received).toEqual([]);
    expect(await rows()).toMatchObject([
      { state: "waiting", response_code: 0, failure: "address refused: loopback" },
      { state: "waiting", response_code: 0, failure: "address refused: loopback" },
      { state: "given_up", response_code: 0, failure: "URL refused: holds credentials" },
    ]);
  });

  test("whoever comes back after the lease has ended writes nothing down any more", async () => {
    await notify("http://127.0.0.1:9/", ["payment.paid"]);
    const { database, statements } = context;
    const take = async (): Promise<{ id: string; attempts: number }[]> =>
      database.run(statements.leaseNotifications, [10, 0, 4, [], []]);
    const [first] = await take();
    const [second] = await take();
    expect([first?.attempts, second?.attempts]).toEqual([1, 2]);
    const finishAs = async (attempts: number | undefined, state: string): Promise<object[]> =>
      database.run(statements.finishNotification, [first?.id, attempts, state, 200, null]);
    expect(await finishAs(1, "given_up")).toEqual([]);
    expect(await database.run(statements.postponeNotification, [first?.id, 1, 0, "late", 100])).toEqual([]);
    expect(await finishAs(2, "delivered")).toEqual([{ id: first?.id }]);
    expect(await finishAs(2, "given_up")).toEqual([]);
  });

  test("many take side by side: each notification once", async () => {
    await sql.query(
      `insert into notifications (merchant_id, is_live, subject_id, stream_id, event, url)
       select 'acc_000001', false, 'pay_1', 's' || n, 'payment.paid', 'http://host' || n % 7 || '/'
       from generate_series(1, 200) as n`,
    );
    const { database, statements } = context;
    const taken: string[] = [];
    for (let round = 0; round < 40; round++) {
      const leases = await Promise.all(
        Array.from({ length: 4 }, async () =>
          database.run<{ id: string }>(statements.leaseNotifications, [9, 60, 16, ["host3"], [0]]),
        ),
      );
      taken.push(...leases.flat().map(({ id }) => id));
    }
    // host3 has no room left.
    const { rows: hosts } = await sql.query("select from notifications where receiver <> 'host3'");
    expect(taken).toHaveLength(hosts.length);
    expect(new Set(taken).size).toBe(taken.length);
  });
});
