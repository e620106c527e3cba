import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { numberOf, readFlags, required } from "../platform/flags.ts";
import { announceReady, stopOnSignal } from "../platform/lifecycle.ts";
import type { Access } from "../seed/access.ts";
import { Arrivals } from "./arrivals.ts";
import { Balancer } from "./balancer.ts";
import { buyAtTerminal, logIn } from "./buy-at-terminal.ts";
import { buyOnline } from "./buy-online.ts";
import { runErrand } from "./errand.ts";
import { Memory } from "./memory.ts";
import type { Merchant, Store } from "./merchant.ts";
import { NotificationReceiver, type NotificationFigures } from "./notification-receiver.ts";
import { pick } from "./pick.ts";

// Buyers at a set rate, online and at terminals.
//   --apis URL,URL   --terminals URL   --rate N   --pos-rate N   --most-in-flight N   --ramp-ms N
//   --errand-rate N: what merchants do besides selling
//   --remember yes: keeps what merchants are told, to look at it again
//   --notification-grace-ms N: how long to wait at the end for what is still to be told
//   SHOP_ACCESS: the `access` of the seed's line, as JSON
// Commands on stdin, one JSON object a line: {"apis":[…]}, {"rate":n}, {"posRate":n}, {"errandRate":n}, {"stop":true};
// {"cut":true}: a line of figures now, and then {"cut":true}; {"recheck":true}: looks at everything that merchants were
// told, and prints {"recheck":…} (`Recheck`). Best when nobody buys.
// A line {"using":[…]} when servers that a command took out have answered their last request.
// One line of figures a second on stdout (`ShopSecond`), and a last one with `summary` (`ShopSummary`).
const flags = readFlags([
  "apis",
  "terminals",
  "rate",
  "pos-rate",
  "errand-rate",
  "remember",
  "most-in-flight",
  "ramp-ms",
  "notification-grace-ms",
]);
const access = JSON.parse(process.env["SHOP_ACCESS"] ?? "{}") as Partial<Access>;
const keys = access.keys ?? [];
const points = access.terminals ?? [];
const mostInFlight = numberOf(flags, "most-in-flight", 1_000);
const rampMs = numberOf(flags, "ramp-ms", 3_000);
const notificationGraceMs = numberOf(flags, "notification-grace-ms", 2_000);
const api = new Balancer(required(flags, "apis").split(","));
const terminals = new Balancer((flags["terminals"] ?? "").split(",").filter((url) => url !== ""));
const posRate = numberOf(flags, "pos-rate", 0);
if (posRate > 0) for (const point of points) await logIn(terminals, point);

const headersOf = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });
const receiver = new NotificationReceiver(async (place) => {
  const headers = headersOf(keys[place] ?? "");
  const account = await api.call({
    step: "account",
    method: "GET",
    path: "/v1/account",
    headers,
    expect: 200,
  });
  return String(account["notification_secret"]);
});
await receiver.listen();
const merchants: Merchant[] = keys.map((key, place) => ({
  headers: headersOf(key),
  notificationUrl: receiver.urlOf(place),
  closedUrl: receiver.closedUrlOf(place),
  savedCards: [],
}));

const memory = flags["remember"] === "yes" ? new Memory() : undefined;
const logins = access.logins ?? (access.login === undefined ? [] : [access.login]);
const store = (): Store => ({ api, receiver, merchant: pick(merchants), logins, memory });

const started = Date.now();
const ecommerce = new Arrivals({
  ratePerSecond: numberOf(flags, "rate", 0),
  rampMs,
  mostInFlight,
  buy: async () => buyOnline(store()),
});
const errands = new Arrivals({
  ratePerSecond: numberOf(flags, "errand-rate", 0),
  rampMs,
  mostInFlight,
  buy: async () => runErrand(store()),
});
const pos = new Arrivals({
  ratePerSecond: posRate,
  rampMs,
  mostInFlight,
  buy: async () => buyAtTerminal(terminals, pick(points)),
});

let second = 0;
const print = (facts: object): void => void process.stdout.write(`${JSON.stringify(facts)}\n`);
const printSecond = (): void => {
  second += 1;
  const at = new Date().toISOString();
  const channels = {
    ecommerce: ecommerce.takeSecond(),
    pos: pos.takeSecond(),
    errands: errands.takeSecond(),
  };
  print({ second, at, ...channels });
};
const everySecond = setInterval(printSecond, 1_000);

/** What is still on its way has a moment to arrive. */
async function lastNotifications(): Promise<NotificationFigures> {
  const end = Date.now() + notificationGraceMs;
  while (receiver.figures().waiting > 0 && Date.now() < end) await sleep(50);
  return receiver.figures();
}

let stopped: Promise<void> | undefined;
const stop = async (): Promise<void> => {
  await Promise.all([ecommerce.stop(), pos.stop(), errands.stop()]);
  clearInterval(everySecond);
  const notifications = await lastNotifications();
  receiver.close();
  await Promise.all([api.close(), terminals.close()]);
  const seconds = (Date.now() - started) / 1_000;
  const cpu = process.cpuUsage();
  const totals = { ecommerce: ecommerce.totals(), pos: pos.totals(), errands: errands.totals() };
  print({ summary: { seconds, cpu, ...totals, notifications } });
};
const stopOnce = async (): Promise<void> => (stopped ??= stop());

interface Command {
  apis?: string[];
  rate?: number;
  posRate?: number;
  errandRate?: number;
  cut?: boolean;
  recheck?: boolean;
  stop?: boolean;
}

/** Says so when the servers that were taken out have answered everything: only then may they be ended. */
async function useApis(urls: string[]): Promise<void> {
  api.use(urls);
  await api.drained();
  print({ using: urls });
}

async function recheck(told: Memory): Promise<void> {
  print({ recheck: await told.recheck(api) });
}

createInterface({ input: process.stdin }).on("line", (line) => {
  const command = JSON.parse(line) as Command;
  if (command.apis !== undefined) void useApis(command.apis);
  if (command.rate !== undefined) ecommerce.ratePerSecond = command.rate;
  if (command.posRate !== undefined) pos.ratePerSecond = command.posRate;
  if (command.errandRate !== undefined) errands.ratePerSecond = command.errandRate;
  if (command.cut === true) {
    printSecond();
    print({ cut: true });
  }
  if (command.recheck === true && memory !== undefined) void recheck(memory);
  if (command.stop === true) process.kill(process.pid, "SIGTERM");
});
stopOnSignal(stopOnce);
announceReady({ process: "shop" });
