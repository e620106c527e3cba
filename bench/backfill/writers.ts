// Live traffic in a process of its own: `node writers.ts CONNECTION RATE`. It writes to and reads from the table
// until its standard input ends, and then says how long each statement took, as JSON.
import { Client } from "pg";

const [connection = "{}", rateText = "200"] = process.argv.slice(2);
const rate = Number(rateText);
const sessions = 4;

const statements = [
  { name: "pay", text: "update payments set note = $2 where id = $1" },
  { name: "read", text: "select amount_cents, currency, $2::text as asked from payments where id = $1" },
  {
    name: "create",
    text: "insert into payments (id, merchant, amount_cents, currency, reference) values (100000000 + $1, $1 % 1000, 995, 'EUR', $2)",
  },
] as const;

const stop = new AbortController();
const latencies: number[] = [];
let failed = 0;
let next = 0;

async function work(client: Client, at: number): Promise<void> {
  // On a schedule: a statement that is late because the one before took long counts as late.
  const everyMs = (1_000 * sessions) / rate;
  let dueAt = performance.now() + (everyMs * at) / sessions;
  while (!stop.signal.aborted) {
    const waitMs = dueAt - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    // Timers may fire a little early.
    const from = Math.min(dueAt, performance.now());
    next += 1;
    const statement = statements[next % statements.length];
    if (statement === undefined) continue;
    const key = statement.name === "create" ? next : 1 + ((next * 7_919) % 10_000);
    await client.query({ ...statement, values: [key, `w${String(next)}`] }).catch(() => {
      failed += 1;
    });
    latencies.push(performance.now() - from);
    dueAt += everyMs;
  }
}

const clients = await Promise.all(
  Array.from({ length: sessions }, async () => {
    const client = new Client({ ...(JSON.parse(connection) as object), application_name: "payments@1.0.0" });
    await client.connect();
    return client;
  }),
);
process.stdin.resume().on("end", () => {
  stop.abort();
});
await Promise.all(clients.map(work));
await Promise.all(clients.map((client) => client.end()));
latencies.sort((left, right) => left - right);
const at = (share: number): number => latencies[Math.floor((latencies.length - 1) * share)] ?? 0;
process.stdout.write(
  JSON.stringify({ statements: latencies.length, failed, p50: at(0.5), p99: at(0.99), longest: at(1) }),
);
