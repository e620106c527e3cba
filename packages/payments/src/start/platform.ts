import { newMasterSecret } from "../notifications/secret.ts";
import { startProcess, type RunningProcess } from "../platform/supervisor.ts";
import type { Recheck } from "../shop/memory.ts";
import type { NotificationFigures } from "../shop/notification-receiver.ts";
import type { ChannelFigures } from "../shop/tally.ts";
import type { Fronts } from "./front.ts";
import type { Home } from "./home.ts";

/** One line of the shop's: what was bought in a second, and what merchants did besides. */
export interface ShopSecond {
  second: number;
  at: string;
  ecommerce: ChannelFigures;
  pos: ChannelFigures;
  errands: ChannelFigures;
}

/** The shop's last line: everything that was bought, or wasn't. */
export interface ShopSummary {
  seconds: number;
  ecommerce: ChannelFigures;
  pos: ChannelFigures;
  errands: ChannelFigures;
  notifications: NotificationFigures;
}

type ShopLine =
  | ShopSecond
  | { summary: ShopSummary }
  | { using: string[] }
  | { cut: true }
  | { recheck: Recheck };

/** The processes of a running platform, and the traffic on it. */
export interface Platform {
  /** Where its parts are reached; the api's is the same whichever releases of it run. */
  addresses: Readonly<Record<"api" | "terminals" | "acquirer", string>>;
  /** Starts api and worker of a release beside those that run, and has buyers sent to the api too. */
  release(version: string): Promise<void>;
  /** Has buyers sent elsewhere, lets what is in flight finish, and ends api and worker of a release. */
  retire(version: string): Promise<void>;
  /** Changes how many come in a second; those who are in are served. */
  setRates(rates: Partial<Rates>): void;
  /** Has the shop say its figures up to now, and returns when `onSecond` has had them. */
  cut(): Promise<void>;
  /** Has merchants look at everything again that they were told; only of a shop that remembers. */
  recheck(): Promise<Recheck>;
  /** Ends the traffic and returns its sum. */
  stopTraffic(): Promise<ShopSummary>;
  /** Ends every process, the traffic first. */
  stop(): Promise<void>;
  /** Rejects when a process ends that nobody ended. */
  readonly broken: Promise<never>;
}

interface Rates {
  rate: number;
  posRate: number;
  errandRate: number;
}

export interface PlatformOptions {
  home: Pick<Home, "databaseUrl" | "journal" | "access">;
  /** Where it is reached, before it is there and after. */
  fronts: Fronts;
  version: string;
  ratePerSecond: number;
  posRatePerSecond: number;
  /** What merchants do besides selling; left out: nothing. */
  errandRatePerSecond?: number;
  /** Whether the shop keeps what merchants are told. */
  remembers?: boolean;
  /** Other flags of the shop's. */
  shopFlags?: Readonly<Record<string, string | number>>;
  /** Where a release finds its tables; left out: in the database, as they are. */
  databaseUrlOf?(version: string): string;
  onSecond(second: ShopSecond): void;
  onDiagnostic(line: string): void;
}

/** Brings up acquirer, api with its worker, terminals and shop, in that order, and returns when buyers are coming. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { home, fronts, onDiagnostic } = options;
  const running: RunningProcess[] = [];
  const releases = new Map<string, { api: RunningProcess; worker: RunningProcess }>();
  const broken = Promise.withResolvers<never>();
  // Whoever waits for it hears of it; nobody has to.
  broken.promise.catch(() => undefined);
  const watch = async (process: RunningProcess, name: string): Promise<void> => {
    const code = await process.exited;
    if (running.includes(process)) broken.reject(new Error(`${name} ended by itself with ${String(code)}`));
  };
  const start = async (process: Parameters<typeof startProcess>[0]): Promise<RunningProcess> => {
    const started = await startProcess({ onDiagnostic, ...process });
    running.push(started);
    void watch(started, process.name);
    return started;
  };
  const end = async (process: RunningProcess): Promise<void> => {
    running.splice(running.indexOf(process), 1);
    await process.stop();
  };
  const acquirer = await start({ name: "acquirer", flags: { journal: home.journal } });
  const notificationMaster = newMasterSecret();
  const startRelease = async (version: string): Promise<void> => {
    const databaseUrl = options.databaseUrlOf?.(version) ?? home.databaseUrl;
    // Pages that one release has given out are answered by the next one when it has gone.
    const flags = { version, acquirer: acquirer.url, "public-url": fronts.api.url };
    const environment = { NOTIFICATION_SECRET: notificationMaster };
    const api = await start({ name: "api", databaseUrl, environment, flags });
    const worker = await start({
      name: "worker",
      databaseUrl,
      environment,
      // The shop's receiver is on this machine.
      flags: { ...flags, "loopback-receivers": "allowed" },
    });
    releases.set(version, { api, worker });
  };
  await startRelease(options.version);
  const terminals = await start({
    name: "terminals",
    databaseUrl: home.databaseUrl,
    flags: { acquirer: acquirer.url },
  });
  const apiUrls = (): string[] => [...releases.values()].map(({ api }) => api.url);
  const drained: (() => void)[] = [];
  const cuts: (() => void)[] = [];
  const rechecks: ((found: Recheck) => void)[] = [];
  const summary = Promise.withResolvers<ShopSummary>();
  const shop = await start({
    name: "shop",
    // The last terminal is the probe's.
    environment: {
      SHOP_ACCESS: JSON.stringify({ ...home.access, terminals: home.access.terminals.slice(0, -1) }),
    },
    flags: {
      apis: apiUrls().join(","),
      terminals: terminals.url,
      rate: options.ratePerSecond,
      "pos-rate": options.posRatePerSecond,
      "errand-rate": options.errandRatePerSecond ?? 0,
      ...(options.remembers === true ? { remember: "yes" } : {}),
      ...options.shopFlags,
    },
    onLine(line) {
      const said = JSON.parse(line) as ShopLine;
      if ("cut" in said) cuts.shift()?.();
      else if ("recheck" in said) rechecks.shift()?.(said.recheck);
      else if ("using" in said) drained.splice(0).forEach((resolve) => resolve());
      else if ("summary" in said) summary.resolve(said.summary);
      else options.onSecond(said);
    },
  });
  const stopTraffic = async (): Promise<ShopSummary> => {
    if (running.includes(shop)) await end(shop);
    return summary.promise;
  };
  const balance = async (): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    drained.push(resolve);
    fronts.api.use(apiUrls());
    shop.send({ apis: apiUrls() });
    // Every request has a time limit, so this ends.
    await promise;
  };
  fronts.api.use(apiUrls());
  fronts.terminals.use([terminals.url]);
  return {
    addresses: { api: fronts.api.url, terminals: fronts.terminals.url, acquirer: acquirer.url },
    async release(version) {
      await startRelease(version);
      await balance();
    },
    async retire(version) {
      const retired = releases.get(version);
      if (retired === undefined) throw new Error(`nothing of release ${version} is running`);
      releases.delete(version);
      await balance();
      await end(retired.worker);
      await end(retired.api);
    },
    setRates: (rates) => shop.send(rates),
    async cut() {
      const { promise, resolve } = Promise.withResolvers<void>();
      cuts.push(resolve);
      shop.send({ cut: true });
      await promise;
    },
    async recheck() {
      const { promise, resolve } = Promise.withResolvers<Recheck>();
      rechecks.push(resolve);
      shop.send({ recheck: true });
      return promise;
    },
    stopTraffic,
    async stop() {
      await stopTraffic();
      for (const process of running.toReversed()) await end(process);
      fronts.api.use([]);
      fronts.terminals.use([]);
    },
    broken: broken.promise,
  };
}
