import { setTimeout as sleep } from "node:timers/promises";
import { startReceiver } from "../../packages/payments/src/testing/receiver.ts";
import { Acknowledged } from "./acknowledged.ts";
import { audit, untilQuiet } from "./audit.ts";
import { startHarmedPlatform, type Part } from "./harmed-platform.ts";
import { Merchant } from "./merchant.ts";
import { seededRandom } from "../../packages/payments/src/acquirer/network/random.ts";
import { reconcile } from "./reconcile.ts";
import { Till } from "./till.ts";

const buyers = 6;
const tills = 2;

export interface KillsResult {
  payments: number;
  refunds: number;
  atTerminals: number;
  kills: Record<string, number>;
  /** What was not as it must be, with the number of the kill after which it was seen. */
  wrong: string[];
}

/**
 * Merchants and tills at work while one part after another is killed with -9 at a seeded moment and started
 * again. After each kill everything comes to rest and is audited: what clients were told, the ledger, and the
 * acquirer's own journal.
 */
export async function runKills(options: {
  seed: number;
  kills: readonly Part[];
  onKill?: (text: string) => void;
}): Promise<KillsResult> {
  const { seed, kills } = options;
  const random = seededRandom(seed);
  const platform = await startHarmedPlatform(seed);
  const receiver = await startReceiver();
  const said = new Acknowledged();
  const counts: Record<string, number> = {};
  const wrong: string[] = [];
  try {
    const merchants = Array.from(
      { length: buyers },
      (_, place) =>
        new Merchant({
          api: platform.apiUrl,
          key: platform.access.keys[place % platform.access.keys.length] ?? "",
          random: seededRandom(seed * 1_000 + place),
          said,
          receiver: receiver.url,
        }),
    );
    const points = platform.access.terminals.slice(0, tills).map(
      (terminal, place) =>
        new Till({
          url: platform.terminalsUrl,
          terminal,
          random: seededRandom(seed * 2_000 + place),
          said,
        }),
    );
    for (const point of points) await point.logIn();
    for (const [place, part] of kills.entries()) {
      const stop = new AbortController();
      const again = async (work: () => Promise<void>): Promise<void> => {
        while (!stop.signal.aborted) await work();
      };
      const working = Promise.all([
        ...merchants.map(async (merchant) => again(async () => merchant.buy())),
        ...points.map(async (point) => again(async () => point.sell())),
      ]);
      await sleep(200 + random() * 800);
      await platform.kill(part);
      await sleep(random() * 400);
      await platform.restart(part);
      await sleep(200);
      stop.abort();
      await working;
      counts[part] = (counts[part] ?? 0) + 1;
      const sql = await platform.connect();
      try {
        await untilQuiet(sql);
        const found = [...(await audit(sql, said)), ...(await reconcile(platform))];
        wrong.push(...found.map((text) => `kill ${String(place + 1)} (${part}): ${text}`));
        options.onKill?.(
          `${String(place + 1)}/${String(kills.length)} ${part}: ${String(said.created.size)} payments, ${String(said.refunds.size)} refunds, ${String(said.atTerminals.size)} at terminals, ${String(wrong.length)} wrong`,
        );
      } finally {
        await sql.end();
      }
      if (wrong.length > 0) break;
    }
  } finally {
    await receiver.stop();
    await platform.stop();
  }
  return {
    payments: said.created.size,
    refunds: said.refunds.size,
    atTerminals: said.atTerminals.size,
    kills: counts,
    wrong,
  };
}
