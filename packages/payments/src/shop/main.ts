import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { numberOf, readFlags, required } from "../platform/flags.ts";
import { announceReady, stopOnSignal } from "../platform/lifecycle.ts";
import type { Access } from "../seed/access.ts";
import { Arrivals } from "./arrivals.ts";
import { Balancer } from "./balancer.ts";
import { buyAtTerminal, logIn } from "./buy-at-terminal.ts";
import { buyOnline } from "./buy-online.ts";
import type { Merchant } from "./merchant.ts";
import { NotificationReceiver, type NotificationFigures } from "./notification-receiver.ts";
import { pick } from "./pick.ts";

// Buyers at a set rate, online and at terminals.
//   --apis URL,URL   --terminals URL   --rate N   --pos-rate N   --most-in-flight N   --ramp-ms N
//   --notification-grace-ms N: how long to wait at the end for what is still to be told
//   SHOP_ACCESS: the `access` of the seed's line, as JSON
// Commands on stdin, one JSON object a line: {"apis":[…]}, {"rate":n}, {"posRate":n}, {"stop":true}.
// A line {"using":[…]} when servers that a command took out have answered their last request.
// One line of figures a second on stdout (`ShopSecond`), and a last one with `summary` (`ShopSummary`).
const flags = readFlags([
  "apis",
  "terminals",
  "rate",
  "pos-rate",
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
  savedCards: [],
}));

const started = Date.now();
const ecommerce = new Arrivals({
  ratePerSecond: numberOf(flags, "rate", 0),
  rampMs,
  mostInFlight,
  buy: async () => buyOnline({ api, receiver, merchant: pick(merchants) }),
});
const pos = new Arrivals({
  ratePerSecond: posRate,
  rampMs,
  mostInFlight,
  buy: async () => buyAtTerminal(terminals, pick(points)),
});

let second = 0;
const print = (facts: object): void => void process.stdout.write(`${JSON.stringify(facts)}\n`);
const everySecond = setInterval(() => {
  second += 1;
  print({ second, at: new Date().toISOString(), ecommerce: ecommerce.takeSecond(), pos: pos.takeSecond() });
}, 1_000);

/** What is still on its way has a moment to arrive. */
async function lastNotifications(): Promise<NotificationFigures> {
  const end = Date.now() + notificationGraceMs;
  while (receiver.figures().waiting > 0 && Date.now() < end) await sleep(50);
  return receiver.figures();
}

let stopped: Promise<void> | undefined;
const stop = async (): Promise<void> => {
  await Promise.all([ecommerce.stop(), pos.stop()]);
  clearInterval(everySecond);
  const notifications = await lastNotifications();
  receiver.close();
  await Promise.all([api.close(), terminals.close()]);
  const seconds = (Date.now() - started) / 1_000;
  const cpu = process.cpuUsage();
  print({ summary: { seconds, cpu, ecommerce: ecommerce.totals(), pos: pos.totals(), notifications } });
};
const stopOnce = async (): Promise<void> => (stopped ??= stop());

interface Command {
  apis?: string[];
  rate?: number;
  posRate?: number;
  stop?: boolean;
}

/** Says so when the servers that were taken out have answered everything: only then may they be ended. */
async function useApis(urls: string[]): Promise<void> {
  api.use(urls);
  await api.drained();
  print({ using: urls });
}

createInterface({ input: process.stdin }).on("line", (line) => {
  const command = JSON.parse(line) as Command;
  if (command.apis !== undefined) void useApis(command.apis);
  if (command.rate !== undefined) ecommerce.ratePerSecond = command.rate;
  if (command.posRate !== undefined) pos.ratePerSecond = command.posRate;
  if (command.stop === true) process.kill(process.pid, "SIGTERM");
});
stopOnSignal(stopOnce);
announceReady({ process: "shop" });
